package dev.mimic.http;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * A request's body on its way. What is not there yet is written by a thread of its own, as fast as
 * the server takes it.
 */
final class SentBody {
  private static final int CHUNK_BYTES = 16 * 1024;

  private final HttpBody body;
  private final Exchange exchange;
  private final Optional<Request.Content> content;
  private final AtomicLong taken = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock(); // guards what follows
  private @Nullable Thread writing;
  private boolean stopped;

  SentBody(HttpBody body, Exchange exchange) {
    this.body = body;
    this.exchange = exchange;
    this.content = content(body);
  }

  private static Optional<Request.Content> content(HttpBody body) {
    String type = body.contentType().orElse(null);
    byte[] ready = body.ready();
    if (ready == null) {
      return Optional.of(new Written(type, body.length().orElse(-1)));
    }
    return ready.length == 0 && type == null
        ? Optional.empty()
        : Optional.of(new BytesRequestContent(type, ready));
  }

  Optional<Request.Content> content() {
    return content;
  }

  /** Returns how many bytes were taken so far, of a body that is written as it is sent. */
  long taken() {
    return taken.get();
  }

  /** Begins to write it, if it is not there already. */
  void start(Workers workers) {
    if (content.isPresent() && content.get() instanceof Written written) {
      workers.execute(() -> write(written));
    }
  }

  private void write(Written to) {
    try {
      if (!writes(Thread.currentThread())) {
        throw new Unsendable(null);
      }
      ToServer checked = new ToServer(to);
      OutputStream buffered = new BufferedOutputStream(checked, CHUNK_BYTES);
      body.writeTo(buffered);
      buffered.flush();
      checked.end();
    } catch (Unsendable e) {
      to.fail(e); // which Jetty has told already, or is about to
    } catch (Throwable e) { // also an Error: the server is not to wait for the rest
      if (writes(null)) {
        exchange.end(new IOException("the request's body failed: " + reason(e), e));
      } // and otherwise it was woken by this side
      to.fail(e);
    } finally {
      boolean unused = writes(null);
      closeBody();
    }
  }

  /** Sets who is to be woken; returns whether it was not stopped before. */
  private boolean writes(@Nullable Thread thread) {
    lock.lock();
    try {
      writing = thread;
      return !stopped;
    } finally {
      lock.unlock();
    }
  }

  private static String reason(Throwable e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private void closeBody() {
    try {
      body.close();
    } catch (IOException e) {
      // It was read as far as it is wanted.
    }
  }

  /** Wakes who writes, if somebody does: nobody wants more. */
  void stop() {
    content.filter(Written.class::isInstance).ifPresent(each -> each.fail(new IOException("over")));
    lock.lock();
    try {
      stopped = true;
      if (writing != null) {
        writing.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** What is written by a thread, and read by Jetty as it can send it. */
  private static final class Written extends AsyncRequestContent {
    private final long length;

    Written(@Nullable String type, long length) {
      super(type);
      this.length = length;
    }

    @Override
    public long getLength() {
      return length;
    }
  }

  /** The end of a body that is not its writer's fault. */
  private static final class Unsendable extends IOException {
    Unsendable(@Nullable Throwable cause) {
      super("nobody takes it any more", cause);
    }
  }

  /** Waits for each write until it is on its way; and sees to it that the length is as promised. */
  private final class ToServer extends OutputStream {
    private final Written to;
    private long count;

    ToServer(Written to) {
      this.to = to;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      count += length;
      if (to.length >= 0 && count > to.length) {
        throw wrong("more");
      }
      Callback.Completable written = new Callback.Completable();
      to.write(false, ByteBuffer.wrap(bytes, offset, length), written);
      await(written);
      long unused = taken.addAndGet(length);
    }

    private static void await(Callback.Completable written) throws IOException {
      try {
        written.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Unsendable(e);
      } catch (ExecutionException e) {
        throw new Unsendable(e.getCause());
      }
    }

    void end() throws IOException {
      if (to.length >= 0 && count < to.length) {
        throw wrong("less");
      }
      to.close();
    }

    private IOException wrong(String than) {
      return new IOException(
          "it has %s than the %d bytes it was said to".formatted(than, to.length));
    }
  }
}
