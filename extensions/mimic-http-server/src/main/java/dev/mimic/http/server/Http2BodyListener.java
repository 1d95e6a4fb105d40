package dev.mimic.http.server;

import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Stream;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.PushPromiseFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;

/**
 * A listener between an HTTP/2 stream and Jetty. It adds two functions:
 *
 * <ul>
 *   <li>Jetty resets a stream whose content does not match its content-length, but does not notify
 *       the reader of the body. This listener does.
 *   <li>After a call of {@link #discard}, it discards received DATA frames.
 * </ul>
 *
 * <p>Thread-safe. {@code whenClosed} is null until {@link #discard} is called. It runs once, in the
 * thread that closes the stream.
 */
final class Http2BodyListener implements Stream.Listener {
  private final HTTP2Stream stream;
  private final Stream.Listener jetty;
  private final boolean hasLength;
  private final AtomicBoolean done = new AtomicBoolean(); // the body has no reader any more
  private final AtomicReference<@Nullable Runnable> whenClosed = new AtomicReference<>();
  private volatile boolean discarding;

  private Http2BodyListener(HTTP2Stream stream, Stream.Listener jetty, boolean hasLength) {
    this.stream = stream;
    this.jetty = jetty;
    this.hasLength = hasLength;
  }

  /** Sets the listener of a stream with a received request, with or without content-length. */
  static Http2BodyListener of(HTTP2Stream stream, boolean hasLength) {
    Http2BodyListener listener = new Http2BodyListener(stream, stream.getListener(), hasLength);
    stream.setListener(listener);
    if (stream.isReset()) { // before the listener was set
      listener.failBody();
    }
    return listener;
  }

  /** Called when the request ends; a later reset does not concern the body. */
  void done() {
    done.set(true);
  }

  /** Discards the rest of the request's body, and runs this task when the stream is closed. */
  void discard(Runnable task) {
    done();
    whenClosed.set(task);
    discarding = true;
    discardAvailable();
    if (stream.isClosed()) {
      runWhenClosed();
    }
  }

  private void discardAvailable() {
    for (Stream.Data data = stream.readData(); data != null; data = stream.readData()) {
      data.release();
      if (data.frame().isEndStream()) {
        return;
      }
    }
    stream.demand();
  }

  private void runWhenClosed() {
    Runnable task = whenClosed.getAndSet(null);
    if (task != null) {
      task.run();
    }
  }

  private void failBody() {
    if (hasLength && done.compareAndSet(false, true)) {
      jetty.onFailure(
          stream,
          ErrorCode.PROTOCOL_ERROR.code,
          "content_length",
          new HttpException.RuntimeException(
              HttpStatus.BAD_REQUEST_400, "the length of the body is not its content-length"),
          Callback.NOOP);
    }
  }

  @Override
  public void onClosed(Stream closed) {
    jetty.onClosed(closed);
    if (stream.isReset()) {
      failBody();
    }
    runWhenClosed();
  }

  @Override
  public void onDataAvailable(Stream from) { // called by Jetty 12.0
    if (discarding) {
      discardAvailable();
    } else {
      jetty.onDataAvailable(from);
    }
  }

  @Override
  public void onDataAvailable(Stream from, boolean immediate) { // called by Jetty 12.1
    if (discarding) {
      discardAvailable();
    } else {
      jetty.onDataAvailable(from, immediate);
    }
  }

  @Override
  public void onNewStream(Stream created) {
    jetty.onNewStream(created);
  }

  @Override
  public void onHeaders(Stream from, HeadersFrame frame) {
    jetty.onHeaders(from, frame);
  }

  @Override
  public void onHeaders(Stream from, HeadersFrame frame, Callback callback) {
    jetty.onHeaders(from, frame, callback);
  }

  @Override
  public Stream.Listener onPush(Stream from, PushPromiseFrame frame) {
    return jetty.onPush(from, frame);
  }

  @Override
  public void onReset(Stream from, ResetFrame frame, Callback callback) {
    done(); // by the client; Jetty reports that itself
    jetty.onReset(from, frame, callback);
  }

  @Override
  public void onIdleTimeout(Stream from, TimeoutException late, Promise<Boolean> promise) {
    jetty.onIdleTimeout(from, late, promise);
  }

  @Override
  public void onFailure(
      Stream from, int error, String reason, Throwable failure, Callback callback) {
    done();
    jetty.onFailure(from, error, reason, failure, callback);
  }
}
