package dev.mimic;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** A flow without data that records its endpoint. */
final class StubFlow implements Flow {
  private final Object endpoint;
  private volatile boolean open = true;

  StubFlow(Object endpoint) {
    this.endpoint = endpoint;
  }

  Object endpoint() {
    return endpoint;
  }

  @Override
  public int read(ByteBuffer dst) {
    return -1;
  }

  @Override
  public int available() {
    return 0;
  }

  @Override
  public int write(ByteBuffer src) {
    int count = src.remaining();
    src.position(src.limit());
    return count;
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) {
    long count = 0;
    for (int i = offset; i < offset + length; i++) {
      count += write(srcs[i]);
    }
    return count;
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
  public FlowInfo info() {
    return FlowInfo.of("stub", "here", "there");
  }

  @Override
  public <T> Optional<T> find(Class<T> type) {
    return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    open = false;
  }
}
