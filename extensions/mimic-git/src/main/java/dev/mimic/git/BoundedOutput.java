package dev.mimic.git;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.TimeSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Writes to a flow, and closes it where a write waits too long for a peer that reads no more. */
final class BoundedOutput extends OutputStream {
  private final Flow flow;
  private final Duration atMost;

  BoundedOutput(Flow flow, Duration atMost) {
    this.flow = flow;
    this.atMost = atMost;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int unused =
        Deadline.after(atMost, TimeSource.system())
            .bound(flow, open -> open.write(ByteBuffer.wrap(bytes, offset, length)));
  }

  @Override
  public void close() throws IOException {
    flow.close();
  }
}
