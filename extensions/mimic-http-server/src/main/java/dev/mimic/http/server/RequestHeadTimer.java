package dev.mimic.http.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.flow.TimeSource;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A timer for the heads of requests on one connection. An HTTP/1.1 head begins with its first byte
 * and ends when {@link #complete} is called. In HTTP/2 each frame except DATA counts as a head,
 * together with its continuations: no other frame can interrupt them (RFC 9113, section 4.3).
 *
 * <p>The time source is that of the flow, whose reads wait for the {@link #remaining} time.
 *
 * <p>Used by one thread at a time, except for {@link #complete}.
 */
final class RequestHeadTimer {
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
  private static final int FRAME_HEADER_BYTES = 9;
  private static final int DATA = 0; // frame types
  private static final int HEADERS = 1;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4; // a flag

  private final Duration timeout;
  private final TimeSource time;
  private volatile boolean http2;
  private volatile boolean running;
  private long startNanos; // when the running head began

  private int prefaceBytes; // received; -1 after other bytes
  private final byte[] header = new byte[FRAME_HEADER_BYTES];
  private int headerBytes; // received
  private int payloadBytes; // not received yet
  private boolean continues; // the next frame belongs to the same head

  RequestHeadTimer(Duration timeout, TimeSource time) {
    this.timeout = timeout;
    this.time = time;
  }

  /**
   * Returns the remaining time of the running head, at least a millisecond; zero if no head is
   * running.
   */
  Duration remaining() {
    if (!running) {
      return Duration.ZERO;
    }
    Duration remaining = timeout.minusNanos(time.nanoTime() - startNanos);
    return remaining.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : remaining;
  }

  /**
   * Processes received bytes without consuming them.
   *
   * @param betweenRequests in HTTP/1.1, whether the bytes are not part of a body
   */
  void received(ByteBuffer bytes, boolean betweenRequests) {
    int at = afterPreface(bytes);
    if (http2) {
      while (at < bytes.limit()) {
        at = headerBytes < FRAME_HEADER_BYTES ? header(bytes, at) : payload(bytes, at);
      }
    } else if (!betweenRequests) {
      running = false;
    } else if (bytes.hasRemaining()) {
      begin();
    }
  }

  private void begin() {
    if (!running) {
      startNanos = time.nanoTime();
      running = true;
    }
  }

  /** Returns the index of the first byte after the HTTP/2 preface. */
  private int afterPreface(ByteBuffer bytes) {
    int at = bytes.position();
    while (!http2 && prefaceBytes >= 0 && at < bytes.limit()) {
      prefaceBytes = bytes.get(at) == PREFACE[prefaceBytes] ? prefaceBytes + 1 : -1;
      http2 = prefaceBytes == PREFACE.length;
      running &= !http2;
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
      running &= type != DATA;
      endIfComplete();
    }
    return at + 1;
  }

  private int payload(ByteBuffer bytes, int at) {
    int count = Math.min(payloadBytes, bytes.limit() - at);
    payloadBytes -= count;
    endIfComplete();
    return at + count;
  }

  private void endIfComplete() {
    if (payloadBytes == 0) {
      headerBytes = 0;
      running &= continues;
    }
  }

  /** Called when an HTTP/1.1 head has been received. */
  void complete() {
    if (!http2) {
      running = false;
    }
  }
}
