package dev.mimic.http.server;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.TimeSource;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import org.eclipse.jetty.util.thread.ThreadPool;

/** A thread pool of Jetty that runs each task in a new virtual thread and tracks the threads. */
final class VirtualThreadExecutor implements ThreadPool {
  private final String name;
  private final ThreadFactory threads;
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();

  VirtualThreadExecutor(String name) {
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

  /** Interrupts all running threads except the caller. */
  void interrupt() {
    running.stream().filter(each -> !isCaller(each)).forEach(Thread::interrupt);
  }

  /** Waits until all threads except the caller have ended; returns false after the timeout. */
  boolean awaitTermination(Duration timeout) {
    Deadline end = Deadline.after(timeout, TimeSource.system());
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
    return running.stream().allMatch(VirtualThreadExecutor::isCaller);
  }

  private static boolean isCaller(Thread thread) {
    return thread.equals(Thread.currentThread());
  }

  /** Does not wait: nothing in Jetty calls this method. */
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
