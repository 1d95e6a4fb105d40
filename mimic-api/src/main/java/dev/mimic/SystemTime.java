package dev.mimic;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The system's clock. */
final class SystemTime implements TimeSource {
  static final SystemTime INSTANCE = new SystemTime();

  private SystemTime() {}

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  // The JDK's own timer thread serves it, so that no resolver has a thread to own and to end.
  // Completing the future takes the timer off the JDK's queue.
  @Override
  public Timer schedule(Duration delay, Runnable task) {
    CompletableFuture<Boolean> due = new CompletableFuture<>();
    var unused =
        due.thenAccept(
            reached -> {
              if (reached) {
                Thread.startVirtualThread(task);
              }
            });
    due.completeOnTimeout(true, TimedDeadline.nanosOf(delay), TimeUnit.NANOSECONDS);
    return () -> due.complete(false);
  }
}
