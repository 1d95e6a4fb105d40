package dev.mimic.tls;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.PeerGoneException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * The receiving side of a {@link TlsFlow}. It reads records from the flow below and decrypts them.
 * The holder of the read lock may use it.
 */
final class TlsInput {
  private static final int HEADER_BYTES = 5;
  private static final int LENGTH_OFFSET = 3; // in a header
  private static final int HANDSHAKE = 22; // a record type

  // A full record of TLS 1.3: the header, the data, its type, and a tag.
  private static final int FULL_RECORD_BYTES = HEADER_BYTES + 16 * 1024 + 1 + 16;

  // The sizes of the buffer that a read blocks with. More than two records at a time gain nothing.
  // A read that ends at the end of a record leaves no partial record to be moved. The buffer is
  // small for a peer that sends little, since an idle flow retains it.
  private static final int BUSY_BYTES = 2 * FULL_RECORD_BYTES;
  private static final int QUIET_BYTES = 4 * 1024;

  private final Flow below;
  private final SSLEngine engine;
  private final ByteQueue records = new ByteQueue(); // received and not yet decrypted
  private final ByteQueue plain = new ByteQueue(); // decrypted and not yet read
  private int recordBytes; // the buffer size for the largest record
  private boolean quiet = true; // whether the last read returned few bytes
  private boolean firstBytesChecked; // whether the peer's first bytes have been checked
  private boolean received; // whether the peer has sent anything
  private boolean receivedHandshake; // whether a valid handshake record was received
  private boolean receivedData; // whether any application data was received
  private boolean ended; // whether the peer's close_notify was received
  private boolean timed = true; // whether the flow below may have a read timeout

  TlsInput(Flow below, SSLEngine engine) {
    this.below = below;
    this.engine = engine;
    recordBytes = engine.getSession().getApplicationBufferSize();
  }

  /** Returns whether the peer has ended its output by close_notify (RFC 8446, section 6.1). */
  boolean hasEnded() {
    return ended;
  }

  /** Returns whether any data or close_notify was received, even if not read yet. */
  boolean hasReceivedData() {
    return receivedData || ended;
  }

  /** Returns whether the peer has sent nothing. */
  boolean hasReceivedNothing() {
    return !received;
  }

  /** Returns whether the peer has sent a valid handshake record. */
  boolean hasReceivedHandshake() {
    return receivedHandshake;
  }

  /** Returns the number of decrypted bytes that can be taken. */
  int plainBytes() {
    return plain.front().remaining();
  }

  /** Moves decrypted bytes into {@code dst} and returns their number. */
  int take(ByteBuffer dst) {
    return plain.take(dst);
  }

  /** Decrypts the next record into {@code dst}, and buffers what does not fit. */
  SSLEngineResult decrypt(ByteBuffer dst) throws SSLException {
    int type = nextType();
    SSLEngineResult result =
        dst.remaining() < Math.min(recordBytes, maxNextBytes())
            ? decryptWithOverflow(dst)
            : engine.unwrap(records.front(), dst);
    return result.getStatus() == Status.BUFFER_OVERFLOW ? decrypt() : tracked(result, type);
  }

  /** Decrypts into {@code dst} and, for what does not fit, into the buffer. */
  private SSLEngineResult decryptWithOverflow(ByteBuffer dst) throws SSLException {
    ByteBuffer rest = plain.room(recordBytes);
    SSLEngineResult result = engine.unwrap(records.front(), new ByteBuffer[] {dst, rest});
    plain.append(rest);
    return result;
  }

  /** Decrypts the next record into the buffer. */
  SSLEngineResult decrypt() throws SSLException {
    int type = nextType();
    while (true) {
      ByteBuffer room = plain.room(recordBytes);
      SSLEngineResult result = engine.unwrap(records.front(), room);
      if (result.getStatus() != Status.BUFFER_OVERFLOW) {
        plain.append(room);
        return tracked(result, type);
      }
      recordBytes = Math.max(2 * recordBytes, engine.getSession().getApplicationBufferSize());
    }
  }

  /** Returns the type of the next record (RFC 8446, section 5.1), or -1 if there is none yet. */
  private int nextType() {
    return records.isEmpty() ? -1 : records.front().get(records.front().position());
  }

  /** Returns the length of the next record, or the maximum if its header is not complete. */
  private int maxNextBytes() {
    int has = records.front().remaining();
    return has == 0 ? 0 : has < HEADER_BYTES ? recordBytes : nextLength();
  }

  private int nextLength() {
    ByteBuffer front = records.front();
    return Short.toUnsignedInt(front.getShort(front.position() + LENGTH_OFFSET));
  }

  private SSLEngineResult tracked(SSLEngineResult result, int type) {
    receivedData |= result.bytesProduced() > 0;
    receivedHandshake |= type == HANDSHAKE && result.bytesConsumed() > 0;
    if (result.getStatus() == Status.CLOSED && result.bytesConsumed() > 0) {
      ended = true;
    }
    return result;
  }

  /**
   * Blocks until more bytes of a record are received.
   *
   * @param by the deadline; bytes that have already arrived are read even after it has passed
   * @throws SocketTimeoutException if nothing arrived; a partial record is kept
   * @throws PeerGoneException if the flow below has ended without a preceding close_notify
   */
  void fill(Optional<Deadline> by) throws IOException {
    applyReadTimeout(by);
    ByteBuffer room = records.room(bytesToRequest());
    int count = below.read(room);
    quiet = count < QUIET_BYTES;
    if (count < 0) {
      throw new PeerGoneException(
          "%s ended without close_notify: what it carried may have been cut short"
              .formatted(below.info()));
    }
    records.append(room);
    received = true;
    if (!firstBytesChecked) {
      checkFirstBytes();
    }
  }

  /** Returns whether all received bytes are decrypted. */
  boolean hasNoRecord() {
    return records.isEmpty();
  }

  /** Reads more bytes of a record if any are available, and returns whether there were any. */
  boolean fillIfAvailable() throws IOException {
    boolean available = below.available() > 0;
    if (available) {
      fill(Optional.empty());
    }
    return available;
  }

  /** Returns the size of the buffer for the next read. */
  private int bytesToRequest() {
    ByteBuffer front = records.front();
    int has = front.remaining();
    if (!received) {
      return HEADER_BYTES; // a silent peer costs almost no memory
    }
    if (has < HEADER_BYTES) {
      return quiet ? QUIET_BYTES : BUSY_BYTES - has;
    }
    return Math.max(HEADER_BYTES + nextLength() - has, 0) + FULL_RECORD_BYTES;
  }

  /** Releases the memory of empty buffers. */
  void releaseIdleBuffers() {
    records.releaseIfEmpty();
    plain.releaseIfEmpty();
  }

  private void applyReadTimeout(Optional<Deadline> by) {
    if (by.isPresent()) {
      Duration left = by.get().remaining();
      below.readTimeout(left.isZero() ? Duration.ofNanos(1) : left);
      timed = true;
    } else if (timed) {
      below.readTimeout(Duration.ZERO);
      timed = false;
    }
  }

  /** Refuses a peer that does not speak TLS, with a clearer message than that of an engine. */
  private void checkFirstBytes() throws IOException {
    if (records.front().remaining() >= 2) {
      firstBytesChecked = true;
      if (!TlsMessages.isRecord(records.front())) {
        boolean unused = fillIfAvailable(); // more bytes for the message to quote
        throw new SSLException(
            "the peer does not speak TLS: " + TlsMessages.firstBytes(records.front()));
      }
    }
  }

  /** Discards input until the peer's stream ends, the deadline passes, or the limit is reached. */
  void drain(Deadline by, int atMostBytes) throws IOException {
    ByteBuffer dropped = ByteBuffer.allocate(4096);
    for (int count = 0; count < atMostBytes; count += dropped.position()) {
      dropped.clear();
      Duration left = by.remaining();
      if (left.isZero()) {
        return;
      }
      below.readTimeout(left);
      if (below.read(dropped) < 0) {
        return;
      }
    }
  }
}
