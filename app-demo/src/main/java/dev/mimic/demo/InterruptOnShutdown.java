package dev.mimic.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An interrupt for the working thread when the program is stopped (SIGINT, SIGTERM). The JVM ends
 * after the work has cleaned up, or after ten seconds.
 */
final class InterruptOnShutdown {
  private static final Duration CLEANUP_TIME = Duration.ofSeconds(10);
  private static final Duration BETWEEN = Duration.ofMillis(50);

  private InterruptOnShutdown() {}

  /** Work that can be interrupted. */
  @FunctionalInterface
  interface Work<T> {
    T call() throws IOException;
  }

  static <T> T call(Work<T> work) throws IOException {
    Thread worker = Thread.currentThread();
    CountDownLatch done = new CountDownLatch(1);
    Thread hook = new Thread(() -> end(worker, done), "end");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.call();
    } finally {
      done.countDown();
      remove(hook);
    }
  }

  private static void remove(Thread hook) {
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook runs already, and ends now.
    }
  }

  /** Interrupts until the work is done: libraries sometimes lose an interrupt. */
  private static void end(Thread worker, CountDownLatch done) {
    try {
      for (long i = 0; i < CLEANUP_TIME.dividedBy(BETWEEN); i++) {
        worker.interrupt();
        if (done.await(BETWEEN.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
