package dev.mimic.git;

import dev.mimic.flow.Flow;
import dev.mimic.flow.ForwardingFlow;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A flow with {@link Limits}. A read or a write fails with a {@link LimitException} if the server
 * is silent for too long, or if the total time is over. At the end of the total time, a timer
 * closes the flow below, which wakes blocked readers and writers.
 */
final class LimitedFlow extends ForwardingFlow {
  private final Limits limits;
  private final TimeSource.Timer totalTimer;

  // The first exceeded limit. When JGit closes its streams, buffered data fails again, and that
  // failure must not hide the reason.
  private volatile @Nullable LimitException exceeded;

  LimitedFlow(Flow below, Limits limits) {
    super(below);
    this.limits = limits;
    below.readTimeout(limits.silenceTimeout());
    below.writeTimeout(limits.silenceTimeout());
    this.totalTimer = limits.scheduleAtDeadline(this::cut);
  }

  /** Closes the flow below in another thread, because a task of a timer must not block. */
  private void cut() {
    Thread unused =
        Thread.startVirtualThread(
            () -> {
              try {
                below().close();
              } catch (IOException e) {
                // Blocked reads and writes fail nevertheless.
              }
            });
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    try {
      return below().read(dst);
    } catch (IOException e) {
      throw explain(e);
    }
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    try {
      return below().write(src);
    } catch (IOException e) {
      throw explain(e);
    }
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    try {
      return below().write(srcs, offset, length);
    } catch (IOException e) {
      throw explain(e);
    }
  }

  private IOException explain(IOException e) {
    LimitException before = exceeded;
    if (before != null) {
      return new LimitException(String.valueOf(before.getMessage())).causedBy(e);
    }
    IOException explain = limits.explain(e);
    if (explain instanceof LimitException limit) {
      exceeded = limit;
    }
    return explain;
  }

  @Override
  public void close() throws IOException {
    totalTimer.cancel();
    super.close();
  }
}
