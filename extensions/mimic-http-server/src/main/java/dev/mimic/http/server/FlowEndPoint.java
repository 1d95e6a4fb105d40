package dev.mimic.http.server;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.TimeSource;
import dev.mimic.tls.TlsFlow;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A Jetty end point that reads from and writes to a flow.
 *
 * <p><b>State.</b> {@code lock} guards the reader and its state; it is never held during I/O or
 * while foreign code runs. {@code fillInterested} sets {@code fillWanted} and signals {@code
 * changed}, for which the reader waits; closing signals it too.
 *
 * <p><b>Reading.</b> One thread at a time is the reader, first the thread of the connection. It
 * waits until Jetty is interested in input, reads once into the buffer of this end point, and then
 * runs Jetty's code, which includes the handler of HTTP/1.1. If that code becomes interested in
 * more input and returns at once, the same thread remains the reader. If the code can block, as a
 * handler does that waits for the body, a new thread becomes the reader.
 *
 * <p><b>Writing.</b> A write blocks the calling thread until the flow has accepted all bytes. The
 * exception is the thread that parses HTTP/2 frames: its output is written by another thread, so
 * that input is read even if the peer does not read.
 */
final class FlowEndPoint extends AbstractEndPoint {
  private static final int FIRST_INPUT_BYTES = 4 * 1024; // the memory of an idle connection
  private static final int MAX_INPUT_BYTES = 32 * 1024;
  private static final int SLICE_BYTES = 64 * 1024; // a peer that reads this in time is not idle
  private static final Duration LINGER_TIMEOUT = Duration.ofSeconds(1);

  private final FlowConnector connector;
  private final Flow flow;
  private final boolean secure;
  private final VirtualThreadExecutor executor;
  private final RequestHeadTimer head;
  private final AtomicInteger requests = new AtomicInteger(); // in progress
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean idle; // closed while there was no request
  private volatile boolean abrupt; // closed without waiting for the peer
  private volatile @Nullable Thread parsing; // takes input; must not block in HTTP/2
  private volatile boolean writing;
  private volatile long sliceStartNanos; // of System.nanoTime

  private ByteBuffer input = ByteBuffer.allocate(FIRST_INPUT_BYTES).flip(); // filled by the reader

  private final ReentrantLock lock = new ReentrantLock(); // guards the fields below
  private final Condition changed = lock.newCondition();
  private @Nullable Thread reader;
  private boolean dispatching; // the reader runs Jetty's code
  private boolean fillWanted; // Jetty is interested in input
  private @Nullable Connection knownConnection; // the connection of returningCallback
  private @Nullable Callback returningCallback; // its code returns soon after it wants input
  private boolean closing;
  private boolean ended;
  private @Nullable IOException failure;

  FlowEndPoint(FlowConnector connector, Flow flow, RequestHeadTimer head) {
    super(connector.getScheduler());
    this.connector = connector;
    this.flow = flow;
    this.secure = flow.find(TlsFlow.class).isPresent();
    this.executor = connector.executor();
    this.head = head;
  }

  Flow flow() {
    return flow;
  }

  /** Serves a protocol until this end point and its flow are closed. */
  void serve(Connection connection) throws InterruptedException {
    setConnection(connection);
    onOpen();
    connection.onOpen();
    if (connector.isShutdown()) {
      end(); // unless a request has begun in the meantime
    }
    readUntilClosed();
    closed.await();
  }

  /** Called when the head of a request is complete. */
  void requestBegins() {
    requests.incrementAndGet();
    head.complete();
  }

  /** Called when the response to a request is sent. */
  void requestEnds() {
    if (requests.decrementAndGet() == 0 && connector.isShutdown()) {
      end(false);
    }
  }

  /** Runs a task in a new thread after a delay. */
  Scheduler.Task schedule(Runnable task, Duration delay) {
    return connector
        .getScheduler()
        .schedule(() -> executor.execute(task), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Announces the end of the connection to the client, and closes it after the last request. */
  void end() {
    end(requests.get() == 0);
  }

  private void end(boolean wasIdle) {
    if (getConnection() instanceof HTTP2Connection http2) {
      // In another thread, because a client that does not read must not block the caller.
      executor.execute(
          () -> {
            var unused = http2.getSession().shutdown();
            if (requests.get() == 0) {
              http2
                  .getSession()
                  .close(ErrorCode.NO_ERROR.code, "shutdown", Callback.from(this::closeUnused));
            }
          });
    } else if (requests.get() == 0) {
      idle = wasIdle;
      close();
    }
  }

  private void closeUnused() {
    if (requests.get() == 0) {
      close();
    }
  }

  /** Returns the failure of reading or writing, or null. */
  @Nullable IOException failure() {
    lock.lock();
    try {
      return failure;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns whether Jetty's exception for an early end of the body means a malformed chunk. Over
   * HTTP/1.1 Jetty throws the same exception for both.
   */
  boolean isChunkMalformed() {
    lock.lock();
    try {
      return !ended && failure == null && !closing && !(getConnection() instanceof HTTP2Connection);
    } finally {
      lock.unlock();
    }
  }

  @Override
  protected void needsFillInterest() {} // fillInterested knows the callback tooConnection

  @Override
  public void fillInterested(Callback callback) {
    super.fillInterested(callback);
    wantFill(callback);
  }

  @Override
  public boolean tryFillInterested(Callback callback) {
    boolean first = super.tryFillInterested(callback);
    if (first) {
      wantFill(callback);
    }
    return first;
  }

  private void wantFill(Callback callback) {
    Thread self = Thread.currentThread();
    if (self.equals(parsing)) {
      parsing = null;
    }
    lock.lock();
    try {
      fillWanted = true;
      Connection connection = getConnection();
      if (!connection.equals(knownConnection)) { // a connection uses its own callback first
        knownConnection = connection;
        returningCallback = callback;
      }
      if (!dispatching) {
        changed.signalAll();
        return;
      }
      if (self.equals(reader) && callback.equals(returningCallback)) {
        return;
      }
      dispatching = false;
      reader = null;
    } finally {
      lock.unlock();
    }
    executor.execute(this::readUntilClosed);
  }

  private void readUntilClosed() {
    Thread self = Thread.currentThread();
    lock.lock();
    try {
      if (reader == null) {
        reader = self;
      }
    } finally {
      lock.unlock();
    }
    try {
      while (awaitFillWanted(self)) {
        if (needsRead()) {
          read();
        }
        lock.lock();
        try {
          dispatching = true;
        } finally {
          lock.unlock();
        }
        getFillInterest().fillable();
        boolean unused = Thread.interrupted(); // an interrupt of a handler ends with its request
      }
    } catch (InterruptedException e) {
      abrupt = true;
      close();
    }
  }

  /** Waits until input is wanted; returns false if this thread is not to read any more. */
  private boolean awaitFillWanted(Thread self) throws InterruptedException {
    lock.lock();
    try {
      if (!self.equals(reader)) {
        return false;
      }
      dispatching = false;
      while (!fillWanted && !closing) {
        changed.await();
      }
      fillWanted = false;
      return !closing;
    } finally {
      lock.unlock();
    }
  }

  private boolean needsRead() {
    lock.lock();
    try {
      return !input.hasRemaining() && !ended && failure == null;
    } finally {
      lock.unlock();
    }
  }

  private void read() {
    ByteBuffer buffer = input.capacity() > input.limit() ? input : larger(input);
    int count = 0;
    IOException failed = null;
    try {
      flow.readTimeout(head.remaining());
      count = flow.read(buffer.clear());
    } catch (SocketTimeoutException e) {
      failed = e;
      connector.headTimedOut(flow);
      abrupt = true;
    } catch (IOException e) {
      failed = e;
    }
    lock.lock();
    try {
      input = buffer.flip();
      ended = count < 0;
      failure = failure == null ? failed : failure;
    } finally {
      lock.unlock();
    }
    head.received(buffer, requests.get() == 0);
    notIdle();
    if (abrupt) {
      close();
    }
  }

  /** Returns a larger buffer, for a peer that filled the current one. */
  private static ByteBuffer larger(ByteBuffer buffer) {
    return buffer.capacity() < MAX_INPUT_BYTES ? ByteBuffer.allocate(MAX_INPUT_BYTES) : buffer;
  }

  @Override
  public int fill(ByteBuffer to) {
    parsing = Thread.currentThread();
    lock.lock();
    try {
      if (input.hasRemaining()) {
        return BufferUtil.append(to, input);
      }
      if (!ended && failure == null) {
        return 0;
      }
    } finally {
      lock.unlock();
    }
    shutdownInput();
    return -1; // also after a failure, as Jetty's own end points do
  }

  @Override
  public boolean flush(ByteBuffer... from) throws IOException {
    if (BufferUtil.isEmpty(from)) {
      return true;
    }
    if (Thread.currentThread().equals(parsing) && getConnection() instanceof HTTP2Connection) {
      return false;
    }
    boolean interrupted = Thread.interrupted(); // an interrupted write would close the connection
    try {
      if (BufferUtil.remaining(from) <= SLICE_BYTES) {
        writeSlice(from);
      } else {
        for (ByteBuffer each : from) {
          writeInSlices(each);
        }
      }
    } catch (IOException e) {
      keepFailure(e);
      throw e;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    notIdle();
    return true;
  }

  private void writeInSlices(ByteBuffer buffer) throws IOException {
    int end = buffer.limit();
    while (buffer.position() < end) {
      writeSlice(buffer.limit(Math.min(end, buffer.position() + SLICE_BYTES)));
    }
  }

  private void writeSlice(ByteBuffer... slice) throws IOException {
    notIdle();
    sliceStartNanos = System.nanoTime();
    writing = true;
    try {
      flow.write(slice);
    } finally {
      writing = false;
    }
  }

  private void keepFailure(IOException e) {
    lock.lock();
    try {
      if (failure == null) {
        failure = e;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  protected void onIncompleteFlush() {
    executor.execute(getWriteFlusher()::completeWrite);
  }

  /** Ends a write to a peer that does not read. Jetty's own measures do not end a blocked write. */
  @Override
  protected void onIdleExpired(TimeoutException timeout) {
    super.onIdleExpired(timeout);
    // A slice that has just begun does not count as idle.
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sliceStartNanos);
    if (writing && millis > getIdleTimeout() / 2) {
      abrupt = true;
      close(timeout);
    }
  }

  /** Closes this end point with a reset over TCP, and without close_notify over TLS. */
  void resetFlow() {
    abrupt = true;
    Optional<SocketChannel> channel = flow.find(SocketChannel.class);
    if (channel.isPresent()) {
      try (SocketChannel ending = channel.get()) {
        ending.setOption(StandardSocketOptions.SO_LINGER, 0);
      } catch (IOException | UnsupportedOperationException e) {
        // The channel is closed, or is a Unix socket, which does not have the option.
      }
    }
    close();
  }

  /** Runs in another thread because it can wait for a write in progress. */
  @Override
  protected void doShutdownOutput() {
    executor.execute(
        () -> {
          try {
            flow.shutdownOutput();
          } catch (IOException e) {
            // The flow is closed, or the peer is gone, which reading reports.
          }
        });
  }

  /** Runs in another thread because it can wait for the peer. */
  @Override
  protected void doClose() {
    boolean lingers;
    lock.lock();
    try {
      closing = true;
      lingers = !abrupt && !idle && !ended && failure == null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    executor.execute(
        () -> {
          try (flow) {
            if (lingers) {
              var unused =
                  Deadline.after(LINGER_TIMEOUT, TimeSource.system()).guard(flow, this::drain);
            }
          } catch (IOException e) {
            // The peer is gone, or the caller cannot handle the failure.
          } finally {
            closed.countDown();
          }
        });
  }

  /** Discards the rest of the input, so that closing does not reset the flow (RFC 9112, 9.6). */
  private long drain(Flow ending) throws IOException {
    ending.shutdownOutput();
    ending.readTimeout(Duration.ZERO); // the caller's deadline limits all reads
    ByteBuffer discarded = ByteBuffer.allocate(FIRST_INPUT_BYTES);
    long bytes = 0;
    while (ending.read(discarded.clear()) >= 0) {
      bytes += discarded.position();
    }
    return bytes;
  }

  /** Notifies the connection too, which then releases its requests. */
  @Override
  public void onClose(@Nullable Throwable cause) {
    super.onClose(cause);
    Connection connection = getConnection();
    if (connection != null) {
      connection.onClose(cause);
    }
  }

  @Override
  public @Nullable Object getTransport() {
    return flow;
  }

  @Override
  public @Nullable SslSessionData getSslSessionData() {
    return secure ? SslSessionData.from(null, null, null, null) : null;
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return new FlowAddress(flow.info().local());
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return new FlowAddress(flow.info().remote());
  }

  /** The address of one end of a flow, as text. */
  private static final class FlowAddress extends SocketAddress {
    private final transient String text;

    FlowAddress(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
