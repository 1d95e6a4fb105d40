package dev.mimic.tls;

import dev.mimic.Deadline;
import dev.mimic.PeerGoneException;
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
 * Reads the data that records carry, and does what those between them ask for. Used by whoever has
 * the reading turn.
 */
final class TlsReader {
  /** What {@link #read} returns where hands must be shaken again first, as TLS 1.2 may want it. */
  static final int HANDSHAKE_WANTED = -2;

  // What a peer that is gone has sent is kept, to be read; so much of it.
  private static final int MOST_KEPT_BYTES = 256 * 1024;

  // An engine keeps an answer for each request of new keys, and nobody has a reason to ask so
  // often.
  private static final int MOST_KEYS_ASKED = 1024;

  private final SSLEngine engine;
  private final TlsInput input;
  private final TlsOutput output;
  private long lastSent; // what the output had sent when keysAsked was last zero
  private int keysAsked; // how often new keys were asked for since
  private boolean endRead; // whether -1 was returned for the peer's end
  private @Nullable IOException broken; // why nothing more can be read

  TlsReader(SSLEngine engine, TlsInput input, TlsOutput output) {
    this.engine = engine;
    this.input = input;
    this.output = output;
  }

  /** Reads as a flow does; or returns {@link #HANDSHAKE_WANTED}. */
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

  /** Decrypts what is there, until there is data of it; returns how much there is. */
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
              return input.plainBytes(); // the next read finds it wanted still
            }
          }
        }
      }
    } catch (PeerGoneException | SSLException e) {
      broken = e; // for the next read
    }
    return input.plainBytes();
  }

  /** Reads the end: which is none if the peer was found to be gone before this. */
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
          return HANDSHAKE_WANTED; // if there are bytes, the next read finds it wanted still
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
   * Does what a message between those that carry data asks for. In TLS 1.3 nothing of that has to
   * be answered before the next data (RFC 8446, section 4.6.3), which the engine then does by
   * itself. So a reader never waits for a writer: two peers with full pipes do not deadlock.
   */
  private boolean wantsHandshake(SSLEngineResult result) throws SSLException {
    HandshakeStatus status = result.getHandshakeStatus();
    if (status == HandshakeStatus.NOT_HANDSHAKING || status == HandshakeStatus.FINISHED) {
      return false;
    }
    if (TlsVersion.TLS_1_3.isOf(engine.getSession())) {
      Handshake.runTasks(engine);
      if (status == HandshakeStatus.NEED_WRAP && result.bytesProduced() == 0) {
        limitAnswers();
      }
      return false;
    }
    if (!engine.getUseClientMode()) {
      throw new SSLException("the client asked to renegotiate, which is refused");
    }
    return true;
  }

  private void limitAnswers() throws SSLException {
    long sent = output.sent();
    if (sent != lastSent) {
      lastSent = sent;
      keysAsked = 0;
    }
    keysAsked++;
    if (keysAsked > MOST_KEYS_ASKED) {
      throw new SSLException("the peer asks for new keys again and again");
    }
  }

  /**
   * Takes in what has come from a peer that is gone, to be read, up to its alert or its end.
   *
   * @return what the alert says, if there was one
   */
  Optional<SSLException> hearTheLast(Deadline by) throws ClosedByInterruptException {
    try {
      while (broken == null && !input.hasEnded() && input.plainBytes() < MOST_KEPT_BYTES) {
        hear(Optional.of(by));
      }
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      // Closed, or nothing came: what was heard was heard.
    }
    return broken instanceof SSLException said ? Optional.of(said) : Optional.empty();
  }

  private void hear(Optional<Deadline> by) throws IOException {
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
