package dev.mimic.tls;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.PeerGoneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The reader of a {@link TlsFlow}. It returns the application data of records and processes all
 * other messages. The holder of the read lock may use it.
 */
final class TlsReader {
  /** The result of {@link #read} if TLS 1.2 requires a handshake first. */
  static final int HANDSHAKE_WANTED = -2;

  // The limit on the data that is buffered after a peer has gone, for later reads.
  private static final int MAX_KEPT_BYTES = 256 * 1024;

  // An engine queues an answer for each requested KeyUpdate. No legitimate peer sends so many.
  private static final int MAX_KEY_UPDATES = 1024;

  private final SSLEngine engine;
  private final TlsInput input;
  private final TlsOutput output;
  private long lastWrapCount; // the output's wrapCount when keyUpdates was last zero
  private int keyUpdates; // the number of requested KeyUpdates since then
  private boolean endRead; // whether -1 was returned for the end of the peer's stream
  private @Nullable IOException broken; // the failure that ended reading

  TlsReader(SSLEngine engine, TlsInput input, TlsOutput output) {
    this.engine = engine;
    this.input = input;
    this.output = output;
  }

  /** Reads as {@link TlsFlow#read} does, or returns {@link #HANDSHAKE_WANTED}. */
  int read(ByteBuffer dst, Optional<Deadline> by) throws IOException {
    try {
      while (true) {
        int count = input.take(dst);
        if (count > 0) {
          return count;
        }
        if (input.hasEnded()) {
          return end();
        }
        count = readRecord(dst, by);
        if (count != 0) {
          return count;
        }
      }
    } catch (PeerGoneException | SSLException e) {
      broken = e;
      throw e;
    }
  }

  /** Decrypts received records until there is data, and returns the number of decrypted bytes. */
  int available() throws IOException {
    try {
      while (input.plainBytes() == 0 && !input.hasEnded() && broken == null) {
        if (input.hasNoRecord() && !input.fillIfAvailable()) {
          return 0;
        }
        SSLEngineResult result = input.decrypt();
        switch (result.getStatus()) {
          case BUFFER_UNDERFLOW -> {
            if (!input.fillIfAvailable()) {
              return 0;
            }
          }
          case CLOSED -> requireEnd();
          case OK, BUFFER_OVERFLOW -> {
            if (wantsHandshake(result)) {
              return input.plainBytes(); // the next read finds the handshake still pending
            }
          }
        }
      }
    } catch (PeerGoneException | SSLException e) {
      broken = e; // for the next read
    }
    return input.plainBytes();
  }

  /** Returns -1, or throws if a write has found the peer to be gone before the end was read. */
  private int end() throws PeerGoneException {
    Optional<PeerGoneException> gone = endRead ? Optional.empty() : output.gone();
    if (gone.isPresent()) {
      throw gone.get();
    }
    endRead = true;
    return -1;
  }

  private int readRecord(ByteBuffer dst, Optional<Deadline> by) throws IOException {
    if (broken != null) {
      throw broken;
    }
    int before = dst.position();
    SSLEngineResult result = input.decrypt(dst);
    switch (result.getStatus()) {
      case BUFFER_UNDERFLOW -> input.fill(by);
      case CLOSED -> requireEnd();
      case OK, BUFFER_OVERFLOW -> {
        boolean handshake = wantsHandshake(result);
        if (handshake && dst.position() == before) {
          return HANDSHAKE_WANTED; // if there is data, the next read finds the handshake pending
        }
      }
    }
    return dst.position() - before;
  }

  private void requireEnd() throws SSLException {
    if (!input.hasEnded()) {
      throw new SSLException("this provider of TLS cannot read after the output was shut down");
    }
  }

  /**
   * Processes a message other than application data. In TLS 1.3 no such message must be answered
   * before the next data is sent (RFC 8446, section 4.6.3), and the engine sends the answer with
   * that data. Thus a reader never waits for a writer, and two peers with full pipes do not
   * deadlock.
   */
  private boolean wantsHandshake(SSLEngineResult result) throws SSLException {
    HandshakeStatus status = result.getHandshakeStatus();
    if (status == HandshakeStatus.NOT_HANDSHAKING || status == HandshakeStatus.FINISHED) {
      return false;
    }
    if (TlsVersion.TLS_1_3.isOf(engine.getSession())) {
      Handshake.runTasks(engine);
      if (status == HandshakeStatus.NEED_WRAP && result.bytesProduced() == 0) {
        limitKeyUpdates();
      }
      return false;
    }
    if (!engine.getUseClientMode()) {
      throw new SSLException("the client asked to renegotiate, which is refused");
    }
    return true;
  }

  private void limitKeyUpdates() throws SSLException {
    long wrapCount = output.wrapCount();
    if (wrapCount != lastWrapCount) {
      lastWrapCount = wrapCount;
      keyUpdates = 0;
    }
    keyUpdates++;
    if (keyUpdates > MAX_KEY_UPDATES) {
      throw new SSLException("the peer has requested too many KeyUpdates in a row");
    }
  }

  /**
   * Buffers the remaining data of a peer that is gone, up to its alert or the end of its stream.
   *
   * @return the failure that the alert describes, or empty if there was no alert
   */
  Optional<SSLException> readRemaining(Deadline by) throws ClosedByInterruptException {
    try {
      while (broken == null && !input.hasEnded() && input.plainBytes() < MAX_KEPT_BYTES) {
        readRemainingRecord(Optional.of(by));
      }
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      // The flow was closed or nothing arrived. Data read before that stays readable.
    }
    return broken instanceof SSLException said ? Optional.of(said) : Optional.empty();
  }

  private void readRemainingRecord(Optional<Deadline> by) throws IOException {
    try {
      switch (input.decrypt().getStatus()) {
        case BUFFER_UNDERFLOW -> input.fill(by);
        case CLOSED -> requireEnd();
        case OK, BUFFER_OVERFLOW -> Handshake.runTasks(engine);
      }
    } catch (PeerGoneException | SSLException e) {
      broken = e;
    }
  }
}
