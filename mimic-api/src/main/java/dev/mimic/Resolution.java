package dev.mimic;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the values of keys, once each, and only of those that are asked for. Lives as long as one
 * resolution, in one thread.
 *
 * <p>It keeps a stack of its own, one {@link Frame} for each key that is being derived, so that a
 * long chain is no deep recursion.
 */
final class Resolution {
  private final Layers layers;
  private final Map<Key<?>, Outcome> outcomes = new HashMap<>();
  private final Deque<Frame> frames = new ArrayDeque<>();
  private int steps;

  Resolution(Layers layers) {
    this.layers = layers;
  }

  /** Returns what there is to be had for the key. */
  Outcome outcome(Key<?> key) {
    begin(key);
    while (!frames.isEmpty()) {
      Frame top = frames.getLast();
      Key<?> needed = top.run(this);
      if (needed != null) {
        begin(needed);
      } else {
        frames.removeLast();
        outcomes.put(top.key(), top.outcome());
      }
    }
    return known(key);
  }

  /** Returns the outcome, or {@link Outcome.Pending}; null if nobody has asked for the key yet. */
  @Nullable Outcome lookUp(Key<?> key) {
    steps++;
    return outcomes.get(key);
  }

  /** Returns how often an input was looked at: the cost of it all, for a test to see it linear. */
  int steps() {
    return steps;
  }

  /** Returns the outcome of a key that has been asked for. */
  Outcome known(Key<?> key) {
    Outcome outcome = outcomes.get(key);
    if (outcome == null) {
      throw new IllegalStateException("nobody has asked for " + key);
    }
    return outcome;
  }

  private void begin(Key<?> key) {
    if (outcomes.containsKey(key)) {
      return;
    }
    layers
        .explicit(key)
        .ifPresentOrElse(
            explicit -> outcomes.put(key, explicit),
            () -> {
              outcomes.put(key, Outcome.Pending.PENDING);
              frames.addLast(new Frame(key, layers.derivations(key)));
            });
  }

  /** Returns the keys from the one that is needed again to the one that needs it. */
  String cycleTo(Key<?> needed) {
    StringBuilder path = new StringBuilder();
    for (Frame frame : frames) {
      Key<?> key = frame.key();
      if (path.length() > 0 || key == needed) {
        path.append(key).append(" -> ");
      }
    }
    return path.append(needed).toString();
  }
}
