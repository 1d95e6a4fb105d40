package dev.mimic;

import org.jspecify.annotations.Nullable;

/** A queue of waiting threads, in order. Not thread-safe. */
final class FlowPipeWaits {
  private @Nullable FlowPipeWait first;
  private @Nullable FlowPipeWait last;

  boolean isEmpty() {
    return first == null;
  }

  @Nullable FlowPipeWait first() {
    return first;
  }

  void add(FlowPipeWait wait) {
    if (last == null) {
      first = wait;
    } else {
      last.next = wait;
    }
    last = wait;
  }

  /** Removes the first, if there is one. */
  @Nullable FlowPipeWait poll() {
    FlowPipeWait polled = first;
    if (polled != null) {
      remove(polled);
    }
    return polled;
  }

  /** Removes this one, if it is here; returns whether it was. */
  boolean remove(FlowPipeWait wait) {
    FlowPipeWait before = null;
    for (FlowPipeWait each = first; each != null; each = each.next) {
      if (each == wait) {
        unlink(before, each);
        return true;
      }
      before = each;
    }
    return false;
  }

  private void unlink(@Nullable FlowPipeWait before, FlowPipeWait wait) {
    if (before == null) {
      first = wait.next;
    } else {
      before.next = wait.next;
    }
    if (last == wait) {
      last = before;
    }
    wait.next = null;
  }

  /** Removes all, and returns the first, which the others follow. */
  @Nullable FlowPipeWait removeAll() {
    FlowPipeWait all = first;
    first = null;
    last = null;
    return all;
  }
}
