package dev.mimic.testkit;

import org.jspecify.annotations.Nullable;

/** What went wrong with a line: the first failure, the others being suppressed onto it. */
final class Failures {
  private @Nullable Throwable first;

  /** Waits for it to end, and adds what it threw, or that it does not end. */
  void add(Running<?> running) {
    try {
      running.failure().ifPresent(this::add);
    } catch (AssertionError e) {
      add(e);
    }
  }

  /** Waits for it to end, however; adds that it does not, and interrupts it. */
  void addIfItStays(Running<?> running) {
    try {
      var unused = running.failure();
    } catch (AssertionError e) {
      add(new AssertionError("all is closed, and a thread of this line stays: " + e.getMessage()));
      running.interrupt();
    }
  }

  private void add(Throwable failure) {
    if (first == null) {
      first = failure;
    } else {
      first.addSuppressed(failure);
    }
  }

  void throwFirst() throws Throwable {
    if (first != null) {
      throw first;
    }
  }
}
