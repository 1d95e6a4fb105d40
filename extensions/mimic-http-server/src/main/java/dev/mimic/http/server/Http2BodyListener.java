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
 * A listener between an HTTP/2 stream and Jetty. It adds two things:
 *
 * <ul>
 *   <li>Jetty resets a stream whose content does not match its content-length, and does not tell
 *       the reader of the body. The reader gets the failure from here.
 *   <li>Once {@link #drop} is called, DATA frames are dropped as they come.
 * </ul>
 *
 * <p>Thread-safe. {@code whenClosed} is null until {@link #drop} is called; it is run once, by the
 * thread that closes the stream.
 */
final class StreamWatch implements Stream.Listener {
  private final HTTP2Stream stream;
  private final Stream.Listener jetty;
  private final boolean hasLength;
  private final AtomicBoolean done = new AtomicBoolean(); // nothing reads the body any more
  private final AtomicReference<@Nullable Runnable> whenClosed = new AtomicReference<>();
  private volatile boolean dropping;

  private StreamWatch(HTTP2Stream stream, Stream.Listener jetty, boolean hasLength) {
    this.stream = stream;
    this.jetty = jetty;
    this.hasLength = hasLength;
  }

  /** Watches a stream whose request has come, with a content-length or without. */
  static StreamWatch of(HTTP2Stream stream, boolean hasLength) {
    StreamWatch watch = new StreamWatch(stream, stream.getListener(), hasLength);
    stream.setListener(watch);
    if (stream.isReset()) { // before the listener was set
      watch.failBody();
    }
    return watch;
  }

  /** Called when the request ends: a reset after that is none of the body's. */
  void done() {
    done.set(true);
  }

  /** Drops the rest of the request's body, and runs this when the stream is closed. */
  void drop(Runnable closed) {
    done();
    whenClosed.set(closed);
    dropping = true;
    dropAvailable();
    if (stream.isClosed()) {
      runWhenClosed();
    }
  }

  private void dropAvailable() {
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
              HttpStatus.BAD_REQUEST_400, "the body is not as long as its content-length"),
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
  public void onDataAvailable(Stream from) { // of Jetty 12.0
    if (dropping) {
      dropAvailable();
    } else {
      jetty.onDataAvailable(from);
    }
  }

  @Override
  public void onDataAvailable(Stream from, boolean immediate) { // of Jetty 12.1
    if (dropping) {
      dropAvailable();
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
    done(); // by the client, of which Jetty tells
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
