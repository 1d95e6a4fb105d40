package dev.mimic.flow;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A listener that accepts the flows of a test, or throws its failures. */
final class FakeListener implements FlowListener {

  /** The outcome of one accept. */
  interface Outcome {
    Flow take() throws IOException;
  }

  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private final Semaphore accepts = new Semaphore(0);
  private final Set<Thread> acceptors = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  FakeFlow connect() {
    FakeFlow flow = new FakeFlow();
    connect(flow);
    return flow;
  }

  void connect(Flow flow) {
    outcomes.add(() -> flow);
  }

  void fail(IOException failure) {
    outcomes.add(
        () -> {
          throw failure;
        });
  }

  void next(Outcome outcome) {
    outcomes.add(outcome);
  }

  boolean isClosed() {
    return closed;
  }

  /** Returns whether there was another call of accept since the last call of this method. */
  boolean awaitAccept() throws InterruptedException {
    return accepts.tryAcquire(20, TimeUnit.SECONDS);
  }

  int acceptsNotAwaited() {
    return accepts.availablePermits();
  }

  Set<Thread> acceptors() {
    return acceptors;
  }

  @Override
  public Flow accept() throws IOException {
    acceptors.add(Thread.currentThread());
    accepts.release();
    try {
      return outcomes.take().take();
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    }
  }

  @Override
  public String address() {
    return "fake://listener:1";
  }

  @Override
  public void close() {
    closed = true;
    outcomes.add(
        () -> {
          throw new AsynchronousCloseException();
        });
  }
}
