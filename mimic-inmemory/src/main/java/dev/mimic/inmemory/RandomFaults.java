package dev.mimic.inmemory;

import dev.mimic.inmemory.Transfer.Kind;
import java.time.Duration;

/**
 * Faults that happen at random, each at a rate: the share of connects, or of pieces of a stream,
 * that it affects. The seed of the network decides, so that the same seed gives the same faults at
 * the same connections and bytes. Immutable; thread-safe.
 *
 * <pre>{@code
 * network.inject(Faults.random().refuse(0.1).reset(0.01).delay(0.2, Duration.ofSeconds(2)));
 * }</pre>
 */
public final class RandomFaults implements Rule {
  static final RandomFaults NONE = new RandomFaults(0, 0, 0, 0, 0, Duration.ZERO);

  private final double refuse;
  private final double reset;
  private final double end;
  private final double corrupt;
  private final double delay;
  private final Duration maxDelay;

  private RandomFaults(
      double refuse, double reset, double end, double corrupt, double delay, Duration maxDelay) {
    this.refuse = refuse;
    this.reset = reset;
    this.end = end;
    this.corrupt = corrupt;
    this.delay = delay;
    this.maxDelay = maxDelay;
  }

  /** Refuses this share of connects. */
  public RandomFaults refuse(double rate) {
    return new RandomFaults(requireRate(rate), reset, end, corrupt, delay, maxDelay);
  }

  /** Resets connections at this share of the pieces that are sent, at a random byte of them. */
  public RandomFaults reset(double rate) {
    return new RandomFaults(refuse, requireRate(rate), end, corrupt, delay, maxDelay);
  }

  /** Ends streams at this share of the pieces that are sent, at a random byte of them. */
  public RandomFaults end(double rate) {
    return new RandomFaults(refuse, reset, requireRate(rate), corrupt, delay, maxDelay);
  }

  /** Inverts a random byte in this share of the pieces that are sent. */
  public RandomFaults corrupt(double rate) {
    return new RandomFaults(refuse, reset, end, requireRate(rate), delay, maxDelay);
  }

  /** Delays this share of connects and of pieces by a random time up to the maximum. */
  public RandomFaults delay(double rate, Duration max) {
    if (max.isNegative()) {
      throw new IllegalArgumentException("max (%s) must not be negative".formatted(max));
    }
    return new RandomFaults(refuse, reset, end, corrupt, requireRate(rate), max);
  }

  private static double requireRate(double rate) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new IllegalArgumentException("rate (%s) must be from 0 to 1".formatted(rate));
    }
    return rate;
  }

  @Override
  public Decision decide(Transfer transfer) {
    if (transfer.kind() == Kind.CONNECT) {
      return transfer.random(1) < refuse ? Decision.refuse() : delayed(transfer);
    }
    if (transfer.kind() != Kind.BYTES) {
      return Decision.pass();
    }
    int index = (int) (transfer.random(2) * transfer.bytes().remaining());
    if (transfer.random(3) < reset) {
      return Decision.reset().after(index);
    }
    if (transfer.random(4) < end) {
      return Decision.end().after(index);
    }
    if (transfer.random(5) < corrupt) {
      return Decision.corrupt(index);
    }
    return delayed(transfer);
  }

  private Decision delayed(Transfer transfer) {
    return transfer.random(6) < delay
        ? Decision.delay(Duration.ofNanos((long) (maxDelay.toNanos() * transfer.random(7))))
        : Decision.pass();
  }

  /** Returns the rates. */
  @Override
  public String toString() {
    return "random faults (refuse %s, reset %s, end %s, corrupt %s, delay %s up to %s)"
        .formatted(refuse, reset, end, corrupt, delay, maxDelay);
  }
}
