package dev.mimic.http.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * The time that the head of a request takes to come, on one connection. Over HTTP/1.1 a head begins
 * with its first byte and ends when {@link #complete} is called. Over HTTP/2 it is each frame but
 * DATA, with its continuations: no other frame can come meanwhile (RFC 9113, section 4.3). Used by
 * one thread at a time, except for {@link #complete}.
 */
final class HeadWatch {
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
  private static final int FRAME_HEADER_BYTES = 9;
  private static final int DATA = 0; // types of frames
  private static final int HEADERS = 1;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4; // a flag

  private final Duration limit;
  private volatile boolean http2;
  private volatile boolean underWay;
  private long began; // by System.nanoTime; of what is under way

  private int prefaceBytes; // those that came; -1 if others did
  private final byte[] header = new byte[FRAME_HEADER_BYTES];
  private int headerBytes; // those that came
  private int payloadBytes; // those that are still to come
  private boolean continues; // the next frame belongs to the same head

  HeadWatch(Duration limit) {
    this.limit = limit;
  }

  /**
   * Returns the time that is left for the head that is under way, at least a millisecond; zero if
   * none is under way.
   */
  Duration left() {
    if (!underWay) {
      return Duration.ZERO;
    }
    Duration left = limit.minusNanos(System.nanoTime() - began);
    return left.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : left;
  }

  /**
   * Takes note of these bytes, which stay in the buffer.
   *
   * @param betweenRequests whether they are no part of a body, if this is HTTP/1.1
   */
  void received(ByteBuffer bytes, boolean betweenRequests) {
    int at = afterPreface(bytes);
    if (http2) {
      while (at < bytes.limit()) {
        at = headerBytes < FRAME_HEADER_BYTES ? header(bytes, at) : payload(bytes, at);
      }
    } else if (!betweenRequests) {
      underWay = false;
    } else if (bytes.hasRemaining()) {
      begin();
    }
  }

  private void begin() {
    if (!underWay) {
      began = System.nanoTime();
      underWay = true;
    }
  }

  /** Returns where the bytes go on that do not belong to the preface of HTTP/2. */
  private int afterPreface(ByteBuffer bytes) {
    int at = bytes.position();
    while (!http2 && prefaceBytes >= 0 && at < bytes.limit()) {
      prefaceBytes = bytes.get(at) == PREFACE[prefaceBytes] ? prefaceBytes + 1 : -1;
      http2 = prefaceBytes == PREFACE.length;
      underWay &= !http2;
      at++;
    }
    return at;
  }

  private int header(ByteBuffer bytes, int at) {
    if (headerBytes == 0 && !continues) {
      begin();
    }
    header[headerBytes++] = bytes.get(at);
    if (headerBytes == FRAME_HEADER_BYTES) {
      payloadBytes = ((header[0] & 0xff) << 16) | ((header[1] & 0xff) << 8) | (header[2] & 0xff);
      int type = header[3];
      if (type == HEADERS || type == CONTINUATION) {
        continues = (header[4] & END_HEADERS) == 0;
      }
      underWay &= type != DATA;
      endIfWhole();
    }
    return at + 1;
  }

  private int payload(ByteBuffer bytes, int at) {
    int count = Math.min(payloadBytes, bytes.limit() - at);
    payloadBytes -= count;
    endIfWhole();
    return at + count;
  }

  private void endIfWhole() {
    if (payloadBytes == 0) {
      headerBytes = 0;
      underWay &= continues;
    }
  }

  /** Called when a head of HTTP/1.1 has come. */
  void complete() {
    if (!http2) {
      underWay = false;
    }
  }
}
