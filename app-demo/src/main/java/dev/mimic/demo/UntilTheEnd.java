package dev.mimic.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets work clean up when the user ends the program (SIGINT, SIGTERM): its thread is interrupted,
 * and waited for, before the JVM ends.
 */
final class UntilTheEnd {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration BETWEEN = Duration.ofMillis(50);

  private UntilTheEnd() {}

  /** What is done. */
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
      // It runs already, and ends now.
    }
  }

  /** Interrupts until it is heard: libraries lose an interrupt now and then. */
  private static void end(Thread worker, CountDownLatch done) {
    try {
      for (long i = 0; i < PATIENCE.dividedBy(BETWEEN); i++) {
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
