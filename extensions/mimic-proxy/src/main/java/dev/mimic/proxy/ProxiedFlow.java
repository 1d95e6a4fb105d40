package dev.mimic.proxy;

import dev.mimic.Flow;
import dev.mimic.FlowInfo;
import dev.mimic.HostPort;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A flow that a proxy passes on: the bytes of the one to the proxy, and another description. What
 * the proxy tells of the far side is what it makes of it: a reset there may be an end here.
 */
final class ProxiedFlow implements Flow {
  private final Flow below;
  private final FlowInfo info;

  ProxiedFlow(Flow below, String protocol, HostPort to) {
    this.below = below;
    this.info =
        new FlowInfo(
            protocol, below.info().local(), to.toString(), Optional.of(below.info()), Map.of());
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    return below.read(dst);
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
  public FlowInfo info() {
    return info;
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

  /** Returns {@link #info}, such as {@code socks5(a.org:80 by tcp(b.org:1080))}. */
  @Override
  public String toString() {
    return info.toString();
  }
}
