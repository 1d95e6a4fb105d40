package dev.mimic.ssh.server;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The threads of a connection, beside the one that reads. Thread-safe. */
final class Workers {
  // Whoever forgets an interrupt gets another.
  private static final Duration BETWEEN = Duration.ofMillis(100);

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

  /** Waits for all, and interrupts those that have not ended within this time. */
  void join(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    boolean interrupted = false;
    while (!running.isEmpty()) {
      boolean late = interrupted || System.nanoTime() - end >= 0;
      for (Thread each : running) {
        try {
          if (late) {
            each.interrupt();
          }
          boolean unused =
              each.join(late ? BETWEEN : Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        } catch (InterruptedException e) { // the server is stopped by force
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
