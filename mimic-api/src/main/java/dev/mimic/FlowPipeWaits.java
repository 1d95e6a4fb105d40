package dev.mimic;

import org.jspecify.annotations.Nullable;

/**
 * A queue of waiting threads, in order. Not thread-safe. A ring, of which only the last is held,
 * for an idle flow has many such queues.
 */
final class FlowPipeWaits {
  private @Nullable FlowPipeWait last; // the first follows it

  boolean isEmpty() {
    return last == null;
  }

  @Nullable FlowPipeWait first() {
    return last == null ? null : last.next;
  }

  void add(FlowPipeWait wait) {
    if (last == null) {
      wait.next = wait;
    } else {
      wait.next = last.next;
      last.next = wait;
    }
    last = wait;
  }

  /** Removes the first, if there is one. */
  @Nullable FlowPipeWait poll() {
    FlowPipeWait first = first();
    if (first != null) {
      remove(first);
    }
    return first;
  }

  /** Removes this one, if it is here; returns whether it was. */
  boolean remove(FlowPipeWait wait) {
    FlowPipeWait before = last;
    while (before != null) {
      FlowPipeWait each = before.next;
      if (each == wait) {
        unlink(before, wait);
        return true;
      }
      before = each == last ? null : each;
    }
    return false;
  }

  private void unlink(FlowPipeWait before, FlowPipeWait wait) {
    before.next = wait.next;
    if (last == wait) {
      last = before == wait ? null : before;
    }
    wait.next = null;
  }

  /** Removes all, and returns the first, which the others follow. */
  @Nullable FlowPipeWait removeAll() {
    FlowPipeWait first = first();
    if (last != null) {
      last.next = null;
      last = null;
    }
    return first;
  }
}
