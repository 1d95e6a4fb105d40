package dev.mimic.flow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A flow whose reads block until it is closed, with an action of a test on close. */
final class FakeFlow extends AbstractInterruptibleChannel implements Flow {

  /** The action of a close. */
  interface OnClose {
    void run() throws IOException;
  }

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final CountDownLatch closed = new CountDownLatch(1);
  private final String remote;
  private final OnClose onClose;

  FakeFlow(OnClose onClose) {
    this.remote = "fake-peer-" + COUNT.incrementAndGet();
    this.onClose = onClose;
  }

  FakeFlow() {
    this(() -> {});
  }

  String remote() {
    return remote;
  }

  boolean awaitClosed() throws InterruptedException {
    return closed.await(20, TimeUnit.SECONDS);
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    try {
      begin();
      while (isOpen()) {
        try {
          closed.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt(); // which has closed this flow
        }
      }
      return -1;
    } finally {
      end(false);
    }
  }

  @Override
  protected void implCloseChannel() throws IOException {
    closed.countDown();
    onClose.run();
  }

  @Override
  public FlowInfo info() {
    return FlowInfo.of("fake", "here", remote);
  }

  @Override
  public int available() {
    return 0;
  }

  @Override
  public int write(ByteBuffer src) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void shutdownInput() {}

  @Override
  public void shutdownOutput() {}

  @Override
  public void readTimeout(Duration atMost) {}

  @Override
  public void writeTimeout(Duration atMost) {}

  @Override
  public <T> Optional<T> find(Class<T> type) {
    return Optional.empty();
  }
}
