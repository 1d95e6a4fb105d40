package dev.mimic.flow;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * A flow that forwards every method to the flow below. Subclasses override methods, often only
 * {@link #info}, which adds a layer.
 *
 * <p>The streams, and the write of whole arrays, call the other methods, as the defaults of {@link
 * Flow} do. A subclass that reads differently overrides {@link #read} and {@link #available}. One
 * that writes differently overrides both {@link #write(ByteBuffer)} and {@link #write(ByteBuffer[],
 * int, int)}. {@link #find} finds this flow, then the layers below. Override it to find more, or to
 * hide those layers.
 *
 * <p><b>Threads, ownership, failures</b> are those of the flow below, which {@link #close} closes.
 * Several threads call an override, as {@link Flow} specifies.
 */
public abstract class ForwardingFlow implements Flow {
  private final Flow below;

  /** Creates a flow over this one. */
  protected ForwardingFlow(Flow below) {
    this.below = requireNonNull(below, "below");
  }

  /** Returns the flow below. */
  protected final Flow below() {
    return below;
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    return below.read(dst);
  }

  @Override
  public int available() throws IOException {
    return below.available();
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    return below.write(src);
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    return below.write(srcs, offset, length);
  }

  @Override
  public void shutdownInput() throws IOException {
    below.shutdownInput();
  }

  @Override
  public void shutdownOutput() throws IOException {
    below.shutdownOutput();
  }

  @Override
  public void readTimeout(Duration atMost) {
    below.readTimeout(atMost);
  }

  @Override
  public void writeTimeout(Duration atMost) {
    below.writeTimeout(atMost);
  }

  @Override
  public FlowInfo info() {
    return below.info();
  }

  @Override
  public <T> Optional<T> find(Class<T> type) {
    return type.isInstance(this) ? Optional.of(type.cast(this)) : below.find(type);
  }

  @Override
  public boolean isOpen() {
    return below.isOpen();
  }

  @Override
  public void close() throws IOException {
    below.close();
  }

  /** Returns {@link #info}. */
  @Override
  public String toString() {
    return info().toString();
  }
}
