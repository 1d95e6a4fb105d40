package dev.mimic.inmemory;

import java.time.Duration;
import java.util.Locale;

/** The outcome of a {@link Rule} for one {@link Transfer}. Immutable. */
public final class Decision {
  /** The actions that a network can take. */
  enum Action {
    PASS,
    DELAY,
    HOLD,
    REFUSE,
    RESET,
    END,
    CORRUPT
  }

  private static final Duration MAX = Duration.ofDays(36_500); // fits into a long of nanoseconds
  private static final Decision PASS = new Decision(Action.PASS, Duration.ZERO, 0);

  private final Action action;
  private final Duration delay;
  private final int index;

  private Decision(Action action, Duration delay, int index) {
    this.action = action;
    this.delay = delay;
    this.index = index;
  }

  /** Returns the decision to ask the next rule, and to let the transfer pass if there is none. */
  public static Decision pass() {
    return PASS;
  }

  /** Returns the decision to let the transfer pass after a delay. What follows it waits too. */
  public static Decision delay(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time (%s) must not be negative".formatted(time));
    }
    return new Decision(Action.DELAY, time.compareTo(MAX) > 0 ? MAX : time, 0);
  }

  /**
   * Returns the decision to hold the transfer, and what follows it, until the rules change; then
   * they are asked again. A connect that is held looks to its caller like one whose packets are
   * dropped.
   */
  public static Decision hold() {
    return new Decision(Action.HOLD, Duration.ZERO, 0);
  }

  /** Returns the decision to refuse a connect, or to fail an accept. Resets an open connection. */
  public static Decision refuse() {
    return new Decision(Action.REFUSE, Duration.ZERO, 0);
  }

  /** Returns the decision to reset the connection in both directions. Refuses a connect. */
  public static Decision reset() {
    return new Decision(Action.RESET, Duration.ZERO, 0);
  }

  /**
   * Returns the decision to end the stream in this direction: the receiver reads the end, and what
   * the sender still writes is dropped. Refuses a connect.
   */
  public static Decision end() {
    return new Decision(Action.END, Duration.ZERO, 0);
  }

  /**
   * Returns the decision to invert the bits of one byte.
   *
   * @param index the index of the byte in {@link Transfer#bytes}
   */
  public static Decision corrupt(int index) {
    return new Decision(Action.CORRUPT, Duration.ZERO, requireIndex(index));
  }

  /** Returns this decision, but after the first bytes of the transfer have passed. */
  public Decision after(int bytes) {
    return new Decision(action, delay, requireIndex(bytes));
  }

  private static int requireIndex(int index) {
    if (index < 0) {
      throw new IllegalArgumentException("index (%d) must not be negative".formatted(index));
    }
    return index;
  }

  Action action() {
    return action;
  }

  Duration time() {
    return delay;
  }

  int index() {
    return index;
  }

  boolean passes() {
    return action == Action.PASS;
  }

  /** Returns the action and its argument, such as {@code reset after 10 bytes}. */
  @Override
  public String toString() {
    String name = action.name().toLowerCase(Locale.ROOT);
    String what = action == Action.DELAY ? name + " by " + delay : name;
    return switch (action) {
      case CORRUPT -> what + " byte " + index;
      default -> index == 0 ? what : what + " after " + index + " bytes";
    };
  }
}
