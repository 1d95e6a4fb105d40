package dev.mimic.tls.bouncycastle;

import dev.mimic.Flow;
import dev.mimic.FlowInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** Passes everything on to a flow; what is made of it changes what is read. */
class PassingFlow implements Flow {
  private final Flow below;

  PassingFlow(Flow below) {
    this.below = below;
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
    return below.info();
  }

  @Override
  public <T> Optional<T> find(Class<T> type) {
    return below.find(type);
  }

  @Override
  public boolean isOpen() {
    return below.isOpen();
  }

  @Override
  public void close() throws IOException {
    below.close();
  }
}
