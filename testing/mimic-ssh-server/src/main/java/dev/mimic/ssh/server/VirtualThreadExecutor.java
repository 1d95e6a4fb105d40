package dev.mimic.ssh.server;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An executor for the threads of a connection, except the reading thread. Thread-safe. */
final class VirtualThreadExecutor {
  // A thread that ignores an interrupt is interrupted again.
  private static final Duration INTERRUPT_INTERVAL = Duration.ofMillis(100);

  private final Set<Thread> running = ConcurrentHashMap.newKeySet();

  /** Starts a virtual thread. */
  Thread start(String name, Runnable task) {
    Thread thread =
        Thread.ofVirtual()
            .name("mimic-ssh-server " + name)
            .unstarted(
                () -> {
                  try {
                    task.run();
                  } finally {
                    running.remove(Thread.currentThread());
                  }
                });
    running.add(thread);
    thread.start();
    return thread;
  }

  /** Waits for all threads, and interrupts those that have not ended after the timeout. */
  void join(Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    boolean interrupted = false;
    while (!running.isEmpty()) {
      boolean late = interrupted || System.nanoTime() - end >= 0;
      for (Thread each : running) {
        try {
          if (late) {
            each.interrupt();
          }
          boolean unused =
              each.join(
                  late
                      ? INTERRUPT_INTERVAL
                      : Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        } catch (InterruptedException e) { // the server is stopped forcibly
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
