package dev.mimic.http;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.TimeSource;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * A flow as Jetty wants it: never blocking, telling by a callback when there is something to read
 * and when all is written. What blocks is done by a virtual thread each time.
 *
 * <p>It reads when Jetty waits for input, and once, into a buffer of 16 KiB: nothing is read ahead
 * of who reads. It writes all that it is given from Jetty's own buffers, without a copy.
 */
final class FlowEndPoint extends AbstractEndPoint {
  private static final int INPUT_BYTES = 16 * 1024;
  private static final int SLICE_BYTES = 64 * 1024; // who takes that in time is not idle
  private static final Duration LINGERING = Duration.ofSeconds(1);

  private final Flow flow;
  private final Workers workers;
  private final AtomicInteger requests = new AtomicInteger(); // under way, at a server
  private volatile boolean lingers;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<Thread> writers = ConcurrentHashMap.newKeySet();
  private volatile boolean writing;
  private volatile long sliceBegan; // by System.nanoTime

  // Guards all below it; not held while anything blocks.
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable ByteBuffer input; // none but while there is something in it, or being read
  private boolean reading;
  private boolean ended;
  private @Nullable IOException failure;

  FlowEndPoint(Flow flow, FlowScheduler scheduler, Workers workers) {
    super(scheduler);
    this.flow = flow;
    this.workers = workers;
  }

  Flow flow() {
    return flow;
  }

  /** Begins to speak a protocol. */
  void open(Connection connection) {
    setConnection(connection);
    onOpen();
    connection.onOpen();
  }

  /** Called when a request begins. */
  void requestBegins() {
    requests.incrementAndGet();
  }

  /** Called when the response to a request is sent. */
  void requestEnds() {
    requests.decrementAndGet();
  }

  /** Returns whether it carries no request. */
  boolean isUnused() {
    return requests.get() == 0;
  }

  /** Called when it may be closed before a request was read: the client is to hear the answer. */
  void linger() {
    lingers = true;
  }

  /** Waits until it is closed, and its flow too. */
  void awaitClosed() throws InterruptedException {
    closed.await();
  }

  /** Returns why reading or writing failed, if it did. */
  @Nullable IOException failure() {
    lock.lock();
    try {
      return failure;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the peer has ended its side, and all before that was taken. */
  boolean isAtEnd() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  @Override
  protected void needsFillInterest() {
    lock.lock();
    try {
      if (reading) {
        return;
      }
      reading = input == null && !ended && failure == null;
      workers.execute(reading ? this::read : getFillInterest()::fillable);
    } finally {
      lock.unlock();
    }
  }

  private void read() {
    ByteBuffer buffer = ByteBuffer.allocate(INPUT_BYTES);
    int count = 0;
    IOException failed = null;
    try {
      count = flow.read(buffer);
    } catch (IOException e) {
      failed = e;
    }
    lock.lock();
    try {
      reading = false;
      input = count > 0 ? buffer.flip() : null;
      ended = count < 0;
      failure = failure == null ? failed : failure;
    } finally {
      lock.unlock();
    }
    notIdle();
    getFillInterest().fillable();
  }

  @Override
  public int fill(ByteBuffer to) throws IOException {
    lock.lock();
    try {
      if (input != null) {
        int count = BufferUtil.append(to, input);
        input = input.hasRemaining() ? input : null;
        return count;
      }
      if (failure != null) {
        throw failure;
      }
      if (!ended) {
        return 0;
      }
    } finally {
      lock.unlock();
    }
    shutdownInput();
    return -1;
  }

  /** Writes all if this is a thread for that; otherwise nothing, and such a thread will be made. */
  @Override
  public boolean flush(ByteBuffer... from) throws IOException {
    if (BufferUtil.isEmpty(from)) {
      return true;
    }
    if (!writers.contains(Thread.currentThread())) {
      return false;
    }
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
    workers.execute(
        () -> {
          writers.add(Thread.currentThread());
          try {
            getWriteFlusher().completeWrite();
          } finally {
            writers.remove(Thread.currentThread());
          }
        });
  }

  /** Ends a write that the peer does not take: of what Jetty does about it, that hears nothing. */
  @Override
  protected void onIdleExpired(TimeoutException timeout) {
    super.onIdleExpired(timeout);
    // A slice that had begun by then; one that begins just now is not idle, whatever was before.
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sliceBegan);
    if (writing && millis > getIdleTimeout() / 2) {
      close(timeout);
    }
  }

  /** In a thread of its own: it may wait for a write that is under way. */
  @Override
  protected void doShutdownOutput() {
    workers.execute(
        () -> {
          try {
            flow.shutdownOutput();
          } catch (IOException e) {
            // It is closed, or the peer is gone, which who reads is told.
          }
        });
  }

  /** In a thread of its own: it may wait for the peer, for a while. */
  @Override
  protected void doClose() {
    workers.execute(
        () -> {
          try (flow) {
            if (lingers) {
              var unused = Deadline.after(LINGERING, TimeSource.system()).bound(flow, this::drain);
            }
          } catch (IOException e) {
            // The peer is gone, or there is nobody who could do anything about it.
          } finally {
            closed.countDown();
          }
        });
  }

  /** Drops what the peer is still sending, so that its end is not a reset (RFC 9112, 9.6). */
  private long drain(Flow ending) throws IOException {
    ending.shutdownOutput();
    ByteBuffer dropped = ByteBuffer.allocate(INPUT_BYTES);
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
