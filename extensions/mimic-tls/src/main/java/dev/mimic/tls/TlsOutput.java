package dev.mimic.tls;

import dev.mimic.flow.Flow;
import dev.mimic.flow.PeerGoneException;
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
 * The sending side of a {@link TlsFlow}. It encrypts records and writes them to the flow below. The
 * holder of the write lock may use it.
 */
final class TlsOutput {
  // Records are combined into one write below, up to three full ones.
  private static final int FLUSH_THRESHOLD_BYTES = 48 * 1024;
  private static final ByteBuffer[] NONE = {ByteBuffer.allocate(0)};

  private final Flow below;
  private final SSLEngine engine;
  private final ByteQueue records = new ByteQueue(); // encrypted and not yet written below
  private final AtomicLong wrapCount = new AtomicLong(); // the number of successful wraps
  private volatile @Nullable PeerGoneException gone; // the failure that ended writing

  TlsOutput(Flow below, SSLEngine engine) {
    this.below = below;
    this.engine = engine;
  }

  /** Returns the number of successful wraps so far. Any thread may call this. */
  long wrapCount() {
    return wrapCount.get();
  }

  /** Returns the failure that ended writing, if any. Any thread may call this. */
  Optional<PeerGoneException> gone() {
    return Optional.ofNullable(gone);
  }

  /** Encrypts one record of these bytes, or of a message that the engine has queued. */
  SSLEngineResult encrypt(ByteBuffer[] srcs, int offset, int length) throws IOException {
    int packetBytes = engine.getSession().getPacketBufferSize();
    while (true) {
      ByteBuffer room = records.room(packetBytes);
      SSLEngineResult result = engine.wrap(srcs, offset, length, room);
      if (isFinishedOnly(result)) {
        continue;
      }
      if (result.getStatus() != Status.BUFFER_OVERFLOW) {
        records.append(room);
        wrapCount.incrementAndGet();
        if (records.front().remaining() > FLUSH_THRESHOLD_BYTES) {
          flush();
        }
        return result;
      }
      packetBytes = 2 * packetBytes;
    }
  }

  /**
   * Returns whether the engine only reported the end of its handshake, as that of the JDK can do.
   */
  private static boolean isFinishedOnly(SSLEngineResult result) {
    return result.getHandshakeStatus() == HandshakeStatus.FINISHED
        && result.bytesConsumed() == 0
        && result.bytesProduced() == 0;
  }

  /** Encrypts a message that the engine has queued. */
  SSLEngineResult encrypt() throws IOException {
    return encrypt(NONE, 0, 1);
  }

  /**
   * Writes the encrypted records to the flow below.
   *
   * @throws PeerGoneException if this or an earlier write finds that the peer is gone
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
      records.releaseIfEmpty();
    } catch (PeerGoneException e) {
      gone = e;
      drop();
      throw e;
    }
  }

  /**
   * Writes the encrypted records, but leaves it to later writes to throw if the peer is gone. It
   * may have sent a reason, which can still be read.
   */
  void flushUnlessPeerGone() throws IOException {
    if (gone == null) {
      try {
        flush();
      } catch (PeerGoneException e) {
        // Later writes throw it.
      }
    } else {
      drop();
    }
  }

  private void drop() {
    records.front().position(records.front().limit());
    records.releaseIfEmpty();
  }

  /** Sends the last messages of the engine: close_notify, or a fatal alert before it. */
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
