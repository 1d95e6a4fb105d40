package dev.mimic.tls;

import dev.mimic.Flow;
import dev.mimic.PeerGoneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import org.jspecify.annotations.Nullable;

/**
 * The records that go out: encrypted, and given to the flow below. Used by whoever has the writing
 * turn.
 */
final class TlsOutput {
  // Several records in one write below: three that are full.
  private static final int LEAVING_BYTES = 48 * 1024;
  private static final ByteBuffer[] NONE = {ByteBuffer.allocate(0)};

  private final Flow below;
  private final SSLEngine engine;
  private final ByteQueue records = new ByteQueue(); // encrypted, and not yet written below
  private final AtomicLong sent = new AtomicLong(); // how many times something was encrypted
  private volatile @Nullable PeerGoneException gone; // why nothing can be written any more

  TlsOutput(Flow below, SSLEngine engine) {
    this.below = below;
    this.engine = engine;
  }

  /** Returns a number that grows with all that is encrypted. Asked by anybody. */
  long sent() {
    return sent.get();
  }

  /** Returns why nothing can be written any more, if that was found. Asked by anybody. */
  Optional<PeerGoneException> gone() {
    return Optional.ofNullable(gone);
  }

  /** Encrypts one record of these bytes, or of what the engine itself has to say. */
  SSLEngineResult encrypt(ByteBuffer[] srcs, int offset, int length) throws IOException {
    int most = engine.getSession().getPacketBufferSize();
    while (true) {
      ByteBuffer room = records.room(most);
      SSLEngineResult result = engine.wrap(srcs, offset, length, room);
      if (isReport(result)) {
        continue;
      }
      if (result.getStatus() != Status.BUFFER_OVERFLOW) {
        records.append(room);
        sent.incrementAndGet();
        if (records.front().remaining() > LEAVING_BYTES) {
          flush();
        }
        return result;
      }
      most = 2 * most;
    }
  }

  /**
   * Returns whether the engine did nothing but say that its handshake is done, as the JDK's may.
   */
  private static boolean isReport(SSLEngineResult result) {
    return result.getHandshakeStatus() == HandshakeStatus.FINISHED
        && result.bytesConsumed() == 0
        && result.bytesProduced() == 0;
  }

  /** Encrypts what the engine itself has to say. */
  SSLEngineResult encrypt() throws IOException {
    return encrypt(NONE, 0, 1);
  }

  /**
   * Writes what is encrypted to the flow below.
   *
   * @throws PeerGoneException if the peer is gone, now or in an earlier write
   */
  void flush() throws IOException {
    PeerGoneException before = gone;
    if (before != null) {
      drop();
      throw new PeerGoneException(String.valueOf(before.getMessage()), before);
    }
    if (records.isEmpty()) {
      return;
    }
    try {
      below.write(records.front());
      records.rest();
    } catch (PeerGoneException e) {
      gone = e;
      drop();
      throw e;
    }
  }

  /**
   * Writes, but leaves it to later writes to tell that the peer is gone: it may have said why, and
   * what it said can still be read.
   */
  void flushIfPeerIsThere() throws IOException {
    if (gone == null) {
      try {
        flush();
      } catch (PeerGoneException e) {
        // Later writes tell.
      }
    } else {
      drop();
    }
  }

  private void drop() {
    records.front().position(records.front().limit());
    records.rest();
  }

  /** Sends the last that the engine has to say: close_notify, or a fatal alert before it. */
  void end() throws IOException {
    engine.closeOutbound();
    while (!engine.isOutboundDone()) {
      SSLEngineResult result = encrypt();
      if (result.getStatus() == Status.CLOSED || result.bytesProduced() == 0) {
        break;
      }
    }
    flush();
  }
}
