package dev.mimic.http.server;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.TimeSource;
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
 * The end of a flow that Jetty's connections read and write.
 *
 * <p><b>Reading.</b> One thread at a time, the reader, waits until Jetty is interested in input,
 * reads once into the buffer of this end, and then runs Jetty's code itself: for HTTP/1.1 that is
 * the handler, too. At first it is the connection's own thread. Input that Jetty becomes interested
 * in while the reader still runs its code is read by the same reader once that code has returned,
 * if the code returns at once; a new thread becomes the reader if it may not, as in a handler that
 * waits for a request's body.
 *
 * <p><b>Writing.</b> The thread that writes blocks until all is accepted. The exception is the
 * thread that reads the frames of HTTP/2: what it has to write is written by a thread of its own,
 * so that a peer that does not read is still read from.
 */
final class FlowEndPoint extends AbstractEndPoint {
  private static final int FIRST_INPUT_BYTES = 4 * 1024; // what a connection that is idle costs
  private static final int INPUT_BYTES = 32 * 1024;
  private static final int SLICE_BYTES = 64 * 1024; // a peer that takes that in time is not idle
  private static final Duration LINGERING = Duration.ofSeconds(1);

  private final FlowConnector connector;
  private final Flow flow;
  private final boolean secure;
  private final Workers workers;
  private final HeadWatch head;
  private final AtomicInteger requests = new AtomicInteger(); // under way
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean idle; // closed while no request was under way, nor has just ended
  private volatile boolean abrupt; // closed without waiting for the peer
  private volatile @Nullable Thread parsing; // of HTTP/2: takes input, and must not block
  private volatile boolean writing;
  private volatile long sliceBegan; // by System.nanoTime

  private ByteBuffer input = ByteBuffer.allocate(FIRST_INPUT_BYTES).flip(); // filled by the reader

  // Guards all below it; not held while anything blocks, or while foreign code runs.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition(); // the reader waits for input to be wanted
  private @Nullable Thread reader;
  private boolean dispatching; // the reader runs Jetty's code
  private boolean wanted; // Jetty is interested in input
  private @Nullable Connection known; // the connection whose own callback is returning
  private @Nullable Callback returning; // its code returns soon after it asks for input by this
  private boolean closing;
  private boolean ended;
  private @Nullable IOException failure;

  FlowEndPoint(FlowConnector connector, Flow flow, HeadWatch head) {
    super(connector.getScheduler());
    this.connector = connector;
    this.flow = flow;
    this.secure = flow.find(TlsFlow.class).isPresent();
    this.workers = connector.workers();
    this.head = head;
  }

  Flow flow() {
    return flow;
  }

  /** Serves a protocol until this end is closed, and its flow too. */
  void serve(Connection connection) throws InterruptedException {
    setConnection(connection);
    onOpen();
    connection.onOpen();
    if (connector.isShutdown()) {
      end(); // unless it has come to a request by now
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

  /** Runs this after a delay, in a thread of its own. */
  Scheduler.Task schedule(Runnable task, Duration delay) {
    return connector
        .getScheduler()
        .schedule(() -> workers.execute(task), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Tells the client that the connection ends, and closes it after the last request. */
  void end() {
    end(requests.get() == 0);
  }

  private void end(boolean wasIdle) {
    if (getConnection() instanceof HTTP2Connection http2) {
      // In a thread of its own: a client that does not read must not block the caller.
      workers.execute(
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

  /** Returns the reason why reading or writing failed, if it did. */
  @Nullable IOException failure() {
    lock.lock();
    try {
      return failure;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns whether the early end of a body, of which Jetty tells, is none of the client's: over
   * HTTP/1.1 it says the same of a chunk that is malformed.
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
  protected void needsFillInterest() {} // done when the callback is known

  @Override
  public void fillInterested(Callback callback) {
    super.fillInterested(callback);
    want(callback);
  }

  @Override
  public boolean tryFillInterested(Callback callback) {
    boolean first = super.tryFillInterested(callback);
    if (first) {
      want(callback);
    }
    return first;
  }

  private void want(Callback callback) {
    Thread self = Thread.currentThread();
    if (self.equals(parsing)) {
      parsing = null;
    }
    lock.lock();
    try {
      wanted = true;
      Connection connection = getConnection();
      if (!connection.equals(known)) { // each asks by its own callback first
        known = connection;
        returning = callback;
      }
      if (!dispatching) {
        changed.signalAll();
        return;
      }
      if (self.equals(reader) && callback.equals(returning)) {
        return;
      }
      dispatching = false;
      reader = null;
    } finally {
      lock.unlock();
    }
    workers.execute(this::readUntilClosed);
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
      while (awaitWanted(self)) {
        if (isDry()) {
          read();
        }
        lock.lock();
        try {
          dispatching = true;
        } finally {
          lock.unlock();
        }
        getFillInterest().fillable();
        boolean unused = Thread.interrupted(); // of a handler, which concerns no other request
      }
    } catch (InterruptedException e) {
      abrupt = true;
      close();
    }
  }

  /** Returns whether this thread is still to read, and input is wanted. */
  private boolean awaitWanted(Thread self) throws InterruptedException {
    lock.lock();
    try {
      if (!self.equals(reader)) {
        return false;
      }
      dispatching = false;
      while (!wanted && !closing) {
        changed.await();
      }
      wanted = false;
      return !closing;
    } finally {
      lock.unlock();
    }
  }

  private boolean isDry() {
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
      flow.readTimeout(head.left());
      count = flow.read(buffer.clear());
    } catch (SocketTimeoutException e) {
      failed = e;
      connector.headLate(flow);
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

  /** Returns a buffer that takes more, of a peer that filled this one. */
  private static ByteBuffer larger(ByteBuffer buffer) {
    return buffer.capacity() < INPUT_BYTES ? ByteBuffer.allocate(INPUT_BYTES) : buffer;
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
    return -1; // as Jetty's own ends do after a failure, too
  }

  @Override
  public boolean flush(ByteBuffer... from) throws IOException {
    if (BufferUtil.isEmpty(from)) {
      return true;
    }
    if (Thread.currentThread().equals(parsing) && getConnection() instanceof HTTP2Connection) {
      return false;
    }
    boolean interrupted = Thread.interrupted(); // earlier: it must not end the other requests
    try {
      if (BufferUtil.remaining(from) <= SLICE_BYTES) {
        writeSlice(from);
      } else {
        for (ByteBuffer each : from) {
          writeInSlices(each);
        }
      }
    } catch (IOException e) {
      keep(e);
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
    sliceBegan = System.nanoTime();
    writing = true;
    try {
      flow.write(slice);
    } finally {
      writing = false;
    }
  }

  private void keep(IOException e) {
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
    workers.execute(getWriteFlusher()::completeWrite);
  }

  /** Ends a write that the peer does not take: it notices nothing of Jetty's own measures. */
  @Override
  protected void onIdleExpired(TimeoutException timeout) {
    super.onIdleExpired(timeout);
    // A slice that had begun by then; one that begins just now is not idle, whatever was before.
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sliceBegan);
    if (writing && millis > getIdleTimeout() / 2) {
      abrupt = true;
      close(timeout);
    }
  }

  /** Closes this end; over TCP the client sees a reset, and over TLS no close_notify before it. */
  void resetFlow() {
    abrupt = true;
    Optional<SocketChannel> channel = flow.find(SocketChannel.class);
    if (channel.isPresent()) {
      try (SocketChannel ending = channel.get()) {
        ending.setOption(StandardSocketOptions.SO_LINGER, 0);
      } catch (IOException | UnsupportedOperationException e) {
        // It is closed, or a Unix socket, which has no such option.
      }
    }
    close();
  }

  /** In a thread of its own: it may wait for a write that is under way. */
  @Override
  protected void doShutdownOutput() {
    workers.execute(
        () -> {
          try {
            flow.shutdownOutput();
          } catch (IOException e) {
            // It is closed, or the peer is gone, which readers are told.
          }
        });
  }

  /** In a thread of its own: it may wait for the peer, for a while. */
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
    workers.execute(
        () -> {
          try (flow) {
            if (lingers) {
              var unused = Deadline.after(LINGERING, TimeSource.system()).bound(flow, this::drain);
            }
          } catch (IOException e) {
            // The peer is gone, or no caller could do anything about it.
          } finally {
            closed.countDown();
          }
        });
  }

  /** Drops what the peer is still sending, so that its end is not a reset (RFC 9112, 9.6). */
  private long drain(Flow ending) throws IOException {
    ending.shutdownOutput();
    ending.readTimeout(LINGERING);
    ByteBuffer dropped = ByteBuffer.allocate(FIRST_INPUT_BYTES);
    long bytes = 0;
    while (ending.read(dropped.clear()) >= 0) {
      bytes += dropped.position();
    }
    return bytes;
  }

  /** Tells its connection too, which then forgets its requests. */
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

  /** One end of a flow, as its transport names it. */
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
