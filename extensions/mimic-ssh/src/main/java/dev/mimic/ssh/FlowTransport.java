package dev.mimic.ssh;

import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.SocketFactory;
import dev.mimic.flow.Flow;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A flow as what carries a session of the library: it calls this a proxy, which is its only way to
 * be handed streams.
 */
final class FlowTransport implements Proxy {
  private static final int BUFFER_BYTES = 32 * 1024;

  private final Flow flow;
  private final InputStream input;
  private final OutputStream output;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean reading;
  private final AtomicLong received = new AtomicLong();

  FlowTransport(Flow flow) {
    this.flow = flow;
    this.input = new BufferedInputStream(new Watched(flow.inputStream()), BUFFER_BYTES);
    this.output = flow.outputStream();
  }

  /** Returns how many bytes have come; it never stands still while the server says something. */
  long received() {
    return received.get();
  }

  /** Returns whether somebody waits for bytes now: else their standing still says nothing. */
  boolean isReading() {
    return reading;
  }

  /** Returns what opens when no more will come. */
  CountDownLatch ended() {
    return ended;
  }

  /** Does nothing: the flow is connected. */
  @Override
  public void connect(@Nullable SocketFactory sockets, String host, int port, int timeoutMillis) {}

  @Override
  public InputStream getInputStream() {
    return input;
  }

  @Override
  public OutputStream getOutputStream() {
    return output;
  }

  /** Returns null: there is no socket, and the library sets none of its options then. */
  @Override
  public @Nullable Socket getSocket() {
    return null;
  }

  @Override
  public void close() {
    try {
      flow.close();
    } catch (IOException e) {
      // The library gives it up, and nobody hears how well that went.
    }
  }

  /** Notes that bytes come, and that none will. */
  private final class Watched extends FilterInputStream {
    Watched(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = -1;
      reading = true;
      try {
        count = super.read(bytes, offset, length);
      } finally {
        reading = false;
        if (count < 0) {
          ended.countDown();
        }
      }
      received.addAndGet(Math.max(0, count));
      return count;
    }
  }
}
