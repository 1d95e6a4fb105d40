package dev.mimic.inmemory;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The path between two hosts, in one direction or both. Its settings can change while bytes are on
 * their way; they apply to what is sent afterwards. Thread-safe.
 *
 * <p>Bytes arrive in order. All connections between the two hosts share the bandwidth of each
 * direction, in the order in which they write.
 */
public final class Link {

  /** The settings and the state of one direction. */
  static final class Direction {
    private static final int DEFAULT_BUFFER = 64 * 1024;
    private static final int LARGE_BUFFER = 4 * 1024 * 1024;
    private static final long NANOS = 1_000_000_000;

    private final ReentrantLock lock = new ReentrantLock(); // guards the fields below
    private long latency;
    private long jitter;
    private long bytesPerSecond; // zero is unlimited
    private int buffer; // zero is the default
    private boolean busy; // whether freeAt is set
    private long freeAt; // when the last byte so far has been sent

    /** Returns the time of arrival of bytes that are sent now. */
    long arrival(long now, int bytes, double random) {
      lock.lock();
      try {
        long begin = busy && freeAt - now > 0 ? freeAt : now;
        long sent =
            bytesPerSecond == 0 ? begin : begin + (long) ((double) bytes * NANOS / bytesPerSecond);
        busy = bytesPerSecond != 0;
        freeAt = sent;
        return sent + latency + (long) (jitter * random);
      } finally {
        lock.unlock();
      }
    }

    /** Returns how long an empty packet takes. */
    long delay(double random) {
      lock.lock();
      try {
        return latency + (long) (jitter * random);
      } finally {
        lock.unlock();
      }
    }

    /** Returns the number of bytes that the sender can have on their way. */
    int buffer() {
      lock.lock();
      try {
        if (buffer != 0) {
          return buffer;
        }
        if (latency == 0 && jitter == 0) {
          return DEFAULT_BUFFER;
        }
        if (bytesPerSecond == 0) {
          return LARGE_BUFFER;
        }
        double inFlight = 2.0 * (latency + jitter) / NANOS * bytesPerSecond;
        return (int) Math.max(DEFAULT_BUFFER, Math.min(Integer.MAX_VALUE / 2.0, inFlight));
      } finally {
        lock.unlock();
      }
    }

    /** Returns the most bytes that travel as one piece: about a millisecond's worth. */
    int maxPiece() {
      lock.lock();
      try {
        return bytesPerSecond == 0
            ? DEFAULT_BUFFER
            : Math.clamp(bytesPerSecond / 1000, 512, DEFAULT_BUFFER);
      } finally {
        lock.unlock();
      }
    }

    private void set(Runnable change) {
      lock.lock();
      try {
        change.run();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Returns the buffer of a direction, which can have no settings. */
  static int buffer(@Nullable Direction direction) {
    return direction == null ? Direction.DEFAULT_BUFFER : direction.buffer();
  }

  /** Returns the most bytes that travel as one piece. */
  static int maxPiece(@Nullable Direction direction) {
    return direction == null ? Direction.DEFAULT_BUFFER : direction.maxPiece();
  }

  private final List<Direction> directions;
  private final Runnable changed;

  Link(List<Direction> directions, Runnable changed) {
    this.directions = directions;
    this.changed = changed;
  }

  private Link set(Consumer<Direction> change) {
    for (Direction direction : directions) {
      direction.set(() -> change.accept(direction));
    }
    changed.run();
    return this;
  }

  /** Sets how long a byte takes from one host to the other, in each direction. Defaults to zero. */
  public Link latency(Duration time) {
    long nanos = requireNotNegative(time, "time");
    return set(direction -> direction.latency = nanos);
  }

  /**
   * Sets the largest random addition to the latency, evenly distributed. Defaults to zero. Bytes
   * still arrive in order.
   */
  public Link jitter(Duration atMost) {
    long nanos = requireNotNegative(atMost, "atMost");
    return set(direction -> direction.jitter = nanos);
  }

  /**
   * Sets the bandwidth of each direction. Defaults to unlimited. See {@link Bandwidth#ofMegabits}.
   */
  public Link bandwidth(Bandwidth rate) {
    long bytesPerSecond = requireNonNull(rate, "rate").bytesPerSecond();
    return set(direction -> direction.bytesPerSecond = bytesPerSecond);
  }

  /**
   * Sets how many bytes of one connection can be on their way; a write blocks while there are as
   * many. Defaults to twice what latency and bandwidth keep on their way, and at least 64 KiB; to 4
   * MiB on a link with latency and without a bandwidth. The receiver's 64 KiB come in addition.
   */
  public Link buffer(int bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes (%d) must be positive".formatted(bytes));
    }
    return set(direction -> direction.buffer = bytes);
  }

  private static long requireNotNegative(Duration time, String name) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("%s (%s) must not be negative".formatted(name, time));
    }
    return time.toNanos();
  }
}
