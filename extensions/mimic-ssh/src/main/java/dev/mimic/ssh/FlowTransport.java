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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An adapter of a flow to JSch, which accepts streams only from a {@link Proxy}. It counts the
 * received bytes for {@link KeepAlive}. Thread-safe.
 */
final class FlowTransport implements Proxy {
  private static final int BUFFER_BYTES = 32 * 1024;

  private final Flow flow;
  private final InputStream input;
  private final OutputStream output;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean reading;
  private final AtomicLong received = new AtomicLong();
  private final Set<Object> monitors = ConcurrentHashMap.newKeySet();

  FlowTransport(Flow flow) {
    this.flow = flow;
    this.input = new BufferedInputStream(new CountingInput(flow.inputStream()), BUFFER_BYTES);
    this.output = flow.outputStream();
  }

  /** Returns the number of received bytes. */
  long received() {
    return received.get();
  }

  /** Returns whether a read is blocked. Otherwise, an unchanged byte count means nothing. */
  boolean isReading() {
    return reading;
  }

  /** Returns a latch that opens at the end of the input. */
  CountDownLatch ended() {
    return ended;
  }

  /**
   * Returns the monitors whose waiting threads are woken when JSch closes the flow. Its session
   * counts as closed by then. JSch wakes only the threads of open channels, so those that wait for
   * the opening of one would wait for their whole time limit.
   */
  Set<Object> monitors() {
    return monitors;
  }

  /** Does nothing, since the flow is connected. */
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

  /** Returns null, so that JSch sets no socket options. */
  @Override
  public @Nullable Socket getSocket() {
    return null;
  }

  @Override
  public void close() {
    try {
      flow.close();
    } catch (IOException e) {
      // JSch does not accept an exception here.
    }
  }

  /** The input of the flow, which counts bytes and detects the end. */
  private final class CountingInput extends FilterInputStream {
    CountingInput(InputStream in) {
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

    @Override
    public void close() throws IOException {
      for (Object monitor : monitors) {
        synchronized (monitor) {
          monitor.notifyAll();
        }
      }
      super.close();
    }
  }
}
