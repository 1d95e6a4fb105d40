package dev.mimic.tls;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.PeerGoneException;
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
 * The records that come in: taken from the flow below, and decrypted. Used by whoever has the
 * reading turn.
 */
final class TlsInput {
  private static final int HEADER_BYTES = 5;
  private static final int LENGTH_AT = 3; // of a header
  private static final int HANDSHAKE = 22; // the type of a record

  // A record of TLS 1.3 that is full: its data and type, and a tag.
  private static final int FULL_RECORD_BYTES = HEADER_BYTES + 16 * 1024 + 1 + 16;

  // The room that a read waits with. More than two records at a time gain nothing; and where a
  // read ends at a record's end, no beginning of the next one has to be moved. A peer that sends
  // little is waited for with little, since that is what an idle flow holds.
  private static final int BUSY_BYTES = 2 * FULL_RECORD_BYTES;
  private static final int QUIET_BYTES = 4 * 1024;

  private final Flow below;
  private final SSLEngine engine;
  private final ByteQueue records = new ByteQueue(); // arrived, and not yet decrypted
  private final ByteQueue plain = new ByteQueue(); // decrypted, and not yet read
  private int recordBytes; // the room that the largest record needs
  private boolean quiet = true; // whether what came last was little
  private boolean begun; // whether the peer's first bytes have been looked at
  private boolean arrived; // whether the peer has sent anything at all
  private boolean carriedHandshake; // whether a record of a handshake was good
  private boolean carriedData; // whether the peer has sent any
  private boolean ended; // whether the peer's close_notify has come
  private boolean timed = true; // whether the flow below may have a read time-out

  TlsInput(Flow below, SSLEngine engine) {
    this.below = below;
    this.engine = engine;
    recordBytes = engine.getSession().getApplicationBufferSize();
  }

  /** Returns whether the peer has ended its output by close_notify (RFC 8446, section 6.1). */
  boolean hasEnded() {
    return ended;
  }

  /** Returns whether there was any data, read or not, or its end. */
  boolean hasCarriedData() {
    return carriedData || ended;
  }

  /** Returns whether the peer has sent nothing at all. */
  boolean isSilent() {
    return !arrived;
  }

  /** Returns whether the peer has sent anything of a handshake that was good. */
  boolean hasCarriedHandshake() {
    return carriedHandshake;
  }

  /** Returns how many decrypted bytes there are to take. */
  int plainBytes() {
    return plain.front().remaining();
  }

  /** Moves decrypted bytes into {@code dst}; returns how many. */
  int take(ByteBuffer dst) {
    return plain.take(dst);
  }

  /** Decrypts the next record into {@code dst}, and what it has no room for to be taken. */
  SSLEngineResult decrypt(ByteBuffer dst) throws SSLException {
    int type = nextType();
    SSLEngineResult result =
        dst.remaining() < Math.min(recordBytes, nextBytes())
            ? decryptBeyond(dst)
            : engine.unwrap(records.front(), dst);
    return result.getStatus() == Status.BUFFER_OVERFLOW ? decrypt() : noted(result, type);
  }

  /** Decrypts into {@code dst}, and leaves what it has no room for to be taken. */
  private SSLEngineResult decryptBeyond(ByteBuffer dst) throws SSLException {
    ByteBuffer rest = plain.room(recordBytes);
    SSLEngineResult result = engine.unwrap(records.front(), new ByteBuffer[] {dst, rest});
    plain.append(rest);
    return result;
  }

  /** Decrypts the next record, to be taken. */
  SSLEngineResult decrypt() throws SSLException {
    int type = nextType();
    while (true) {
      ByteBuffer room = plain.room(recordBytes);
      SSLEngineResult result = engine.unwrap(records.front(), room);
      if (result.getStatus() != Status.BUFFER_OVERFLOW) {
        plain.append(room);
        return noted(result, type);
      }
      recordBytes = Math.max(2 * recordBytes, engine.getSession().getApplicationBufferSize());
    }
  }

  /** Returns the type of the next record (RFC 8446, section 5.1), or -1 if there is none yet. */
  private int nextType() {
    return records.isEmpty() ? -1 : records.front().get(records.front().position());
  }

  /** Returns the most that the next record can hold: its length, if that has come. */
  private int nextBytes() {
    int has = records.front().remaining();
    return has == 0 ? 0 : has < HEADER_BYTES ? recordBytes : nextLength();
  }

  private int nextLength() {
    ByteBuffer front = records.front();
    return Short.toUnsignedInt(front.getShort(front.position() + LENGTH_AT));
  }

  private SSLEngineResult noted(SSLEngineResult result, int type) {
    carriedData |= result.bytesProduced() > 0;
    carriedHandshake |= type == HANDSHAKE && result.bytesConsumed() > 0;
    if (result.getStatus() == Status.CLOSED && result.bytesConsumed() > 0) {
      ended = true;
    }
    return result;
  }

  /**
   * Waits for more of a record.
   *
   * @param by how long at most; what has arrived already is read also when that is over
   * @throws SocketTimeoutException if nothing came; what had come of a record is kept
   * @throws PeerGoneException if the peer ended the flow below, and had not said so before
   */
  void fill(Optional<Deadline> by) throws IOException {
    limit(by);
    ByteBuffer room = records.room(wanted());
    int count = below.read(room);
    quiet = count < QUIET_BYTES;
    if (count < 0) {
      throw new PeerGoneException(
          "%s ended without close_notify: what it carried may have been cut short"
              .formatted(below.info()));
    }
    records.append(room);
    arrived = true;
    if (!begun) {
      lookAtBeginning();
    }
  }

  /** Returns whether nothing has come that is not decrypted. */
  boolean hasNoRecord() {
    return records.isEmpty();
  }

  /** Takes more of a record if there is any; returns whether there was. */
  boolean fillIfAvailable() throws IOException {
    boolean available = below.available() > 0;
    if (available) {
      fill(Optional.empty());
    }
    return available;
  }

  /** Returns how many bytes to wait for at most. */
  private int wanted() {
    ByteBuffer front = records.front();
    int has = front.remaining();
    if (!arrived) {
      return HEADER_BYTES; // a peer that says nothing is waited for with next to nothing
    }
    if (has < HEADER_BYTES) {
      return quiet ? QUIET_BYTES : BUSY_BYTES - has;
    }
    return Math.max(HEADER_BYTES + nextLength() - has, 0) + FULL_RECORD_BYTES;
  }

  /** Holds no memory any more for what is not there. */
  void rest() {
    records.rest();
    plain.rest();
  }

  private void limit(Optional<Deadline> by) {
    if (by.isPresent()) {
      Duration left = by.get().remaining();
      below.readTimeout(left.isZero() ? Duration.ofNanos(1) : left);
      timed = true;
    } else if (timed) {
      below.readTimeout(Duration.ZERO);
      timed = false;
    }
  }

  /** Refuses what is no TLS, before an engine makes less of it. */
  private void lookAtBeginning() throws IOException {
    if (records.front().remaining() >= 2) {
      begun = true;
      if (!TlsText.isRecord(records.front())) {
        boolean unused = fillIfAvailable(); // what else it said: the message quotes it
        throw new SSLException(
            "the peer does not speak TLS: " + TlsText.beginning(records.front()));
      }
    }
  }

  /** Drops what still comes, until the peer ends, or for so long, or when there is much of it. */
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
