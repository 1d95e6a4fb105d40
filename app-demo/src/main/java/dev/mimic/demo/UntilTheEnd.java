package dev.mimic.demo;

import java.time.Duration;

/**
 * Lets a thread clean up when the user ends the program (SIGINT, SIGTERM): it is interrupted, and
 * waited for, before the JVM ends.
 */
final class UntilTheEnd implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Thread hook;

  private UntilTheEnd(Thread hook) {
    this.hook = hook;
  }

  /** Returns one for the thread that calls this, and is to close it. */
  static UntilTheEnd ofThisThread() {
    Thread worker = Thread.currentThread();
    Thread hook = new Thread(() -> end(worker), "end");
    Runtime.getRuntime().addShutdownHook(hook);
    return new UntilTheEnd(hook);
  }

  private static void end(Thread worker) {
    worker.interrupt();
    try {
      boolean unused = worker.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The end has come, and this is what it waits for.
    }
  }
}
