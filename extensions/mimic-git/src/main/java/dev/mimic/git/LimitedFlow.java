package dev.mimic.git;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.ForwardingFlow;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A flow to a server, which ends where the server is silent for too long, in reads and in writes,
 * or the whole takes too long. Its failures then are a {@link LimitException}.
 */
final class LimitedFlow extends ForwardingFlow {
  private final Limits limits;
  private final TimeSource.Timer end;

  // What was written before fails again when JGit closes its streams, and must not hide the reason.
  private volatile @Nullable LimitException exceeded;

  LimitedFlow(Flow below, Limits limits) {
    super(below);
    this.limits = limits;
    below.readTimeout(limits.ofSilence());
    this.end = limits.atEnd(this::cut);
  }

  /** Wakes whoever reads or writes; in a thread of its own, as timers do not wait for a close. */
  private void cut() {
    Thread unused =
        Thread.startVirtualThread(
            () -> {
              try {
                below().close();
              } catch (IOException e) {
                // What reads or writes fails all the same.
              }
            });
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    try {
      return below().read(dst);
    } catch (IOException e) {
      throw told(e);
    }
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    try {
      return Deadline.after(limits.ofSilence(), TimeSource.system())
          .bound(below(), flow -> flow.write(src));
    } catch (IOException e) {
      throw told(e);
    }
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    try {
      return Deadline.after(limits.ofSilence(), TimeSource.system())
          .bound(below(), flow -> flow.write(srcs, offset, length));
    } catch (IOException e) {
      throw told(e);
    }
  }

  private IOException told(IOException e) {
    LimitException before = exceeded;
    if (before != null) {
      return new LimitException(String.valueOf(before.getMessage())).because(e);
    }
    IOException told = limits.told(e);
    if (told instanceof LimitException limit) {
      exceeded = limit;
    }
    return told;
  }

  @Override
  public void close() throws IOException {
    end.cancel();
    super.close();
  }
}
