package dev.mimic.testkit;

import static java.util.Objects.requireNonNull;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.ForwardingFlow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A network whose connections break after a number of reads and writes, for tests of what a
 * protocol says of it. A test that raises the number by one until nothing breaks any more has
 * broken a login at each of its steps.
 *
 * <pre>{@code
 * for (int calls = 0; ; calls++) {
 *   BreakingNetwork breaking = BreakingNetwork.of(network, calls, () -> new IOException("reset"));
 *   ...
 * }
 * }</pre>
 *
 * <p>Thread-safe. All its connections count together.
 */
public final class BreakingNetwork implements Network {
  private final Network below;
  private final int calls;
  private final Supplier<? extends IOException> failure;
  private final AtomicInteger made = new AtomicInteger();

  private BreakingNetwork(Network below, int calls, Supplier<? extends IOException> failure) {
    if (calls < 0) {
      throw new IllegalArgumentException("calls (%d) must not be negative".formatted(calls));
    }
    this.below = requireNonNull(below, "below");
    this.calls = calls;
    this.failure = requireNonNull(failure, "failure");
  }

  /**
   * Returns a network over this one.
   *
   * @param calls how many reads and writes there are before it breaks
   * @param failure what each read and write throws after that; the flow below is closed first, and
   *     the one that is connected stays open, as one does whose peer is gone
   */
  public static BreakingNetwork of(
      Network below, int calls, Supplier<? extends IOException> failure) {
    return new BreakingNetwork(below, calls, failure);
  }

  /** Returns whether it has broken. */
  public boolean hasBroken() {
    return made.get() > calls;
  }

  @Override
  public Flow connect(HostPort to, Deadline deadline) throws IOException {
    return new Breaking(below.connect(to, deadline));
  }

  @Override
  public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
    return below.listen(at, deadline);
  }

  @Override
  public String describe(HostPort to) {
    return below.describe(to);
  }

  private final class Breaking extends ForwardingFlow {
    private volatile boolean closed;

    Breaking(Flow below) {
      super(below);
    }

    private void count() throws IOException {
      if (made.incrementAndGet() > calls) {
        below().close();
        throw failure.get();
      }
    }

    @Override
    public boolean isOpen() {
      return !closed;
    }

    @Override
    public void close() throws IOException {
      closed = true;
      super.close();
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
      count();
      return super.read(dst);
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
      count();
      return super.write(src);
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
      count();
      return super.write(srcs, offset, length);
    }
  }
}
