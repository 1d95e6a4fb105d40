package dev.mimic.http.server;

import dev.mimic.Deadline;
import dev.mimic.TimeSource;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import org.eclipse.jetty.util.thread.ThreadPool;

/** Runs each task in a virtual thread of its own, and knows those that are running. */
final class Workers implements ThreadPool {
  private final String name;
  private final ThreadFactory threads;
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();

  Workers(String name) {
    this.name = name;
    this.threads = Thread.ofVirtual().name(name + "-", 1).factory();
  }

  String name() {
    return name;
  }

  @Override
  public void execute(Runnable task) {
    Thread thread =
        threads.newThread(
            () -> {
              try {
                task.run();
              } finally {
                running.remove(Thread.currentThread());
              }
            });
    running.add(thread);
    thread.start();
  }

  /** Interrupts all that are running, except the caller. */
  void interrupt() {
    running.stream().filter(each -> !isCaller(each)).forEach(Thread::interrupt);
  }

  /** Waits until none is running except the caller; returns whether that is so. */
  boolean awaitNone(Duration atMost) {
    Deadline end = Deadline.after(atMost, TimeSource.system());
    boolean interrupted = false;
    for (Thread thread : running) {
      while (!isCaller(thread) && thread.isAlive() && !end.remaining().isZero()) {
        try {
          boolean unused = thread.join(end.remaining());
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return running.stream().allMatch(Workers::isCaller);
  }

  private static boolean isCaller(Thread thread) {
    return thread.equals(Thread.currentThread());
  }

  /** Does not wait: nobody asks for that. */
  @Override
  public void join() {}

  @Override
  public int getThreads() {
    return running.size();
  }

  @Override
  public int getIdleThreads() {
    return 0;
  }

  @Override
  public boolean isLowOnThreads() {
    return false;
  }
}
