package dev.mimic.testkit;

import dev.mimic.Flow;
import dev.mimic.FlowInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** A flow that does as another one does, unless overridden. */
abstract class WrappedFlow implements Flow {
  private final Flow whole;

  WrappedFlow(Flow whole) {
    this.whole = whole;
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    return whole.read(dst);
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    return whole.write(src);
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    return whole.write(srcs, offset, length);
  }

  @Override
  public void shutdownInput() throws IOException {
    whole.shutdownInput();
  }

  @Override
  public void shutdownOutput() throws IOException {
    whole.shutdownOutput();
  }

  @Override
  public void readTimeout(Duration atMost) {
    whole.readTimeout(atMost);
  }

  @Override
  public FlowInfo info() {
    return whole.info();
  }

  @Override
  public <T> Optional<T> find(Class<T> type) {
    return type.isInstance(this) ? Optional.of(type.cast(this)) : whole.find(type);
  }

  @Override
  public boolean isOpen() {
    return whole.isOpen();
  }

  @Override
  public void close() throws IOException {
    whole.close();
  }

  @Override
  public String toString() {
    return whole.toString();
  }
}
