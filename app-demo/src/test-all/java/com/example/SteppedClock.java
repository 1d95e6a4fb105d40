package com.example;

import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;

/**
 * A clock that advances to the next timer when every thread that was started by it waits. Timers
 * run one after another, so that a program whose threads were all started by this clock does the
 * same in each run.
 */
final class SteppedClock implements TimeSource {
  private static final int OBSERVATIONS = 3; // a thread can wake another one between two

  private final ManualTimeSource time = new ManualTimeSource();
  private final PriorityQueue<Long> due = new PriorityQueue<>(); // guarded by itself
  private final LinkedBlockingQueue<Runnable> ready = new LinkedBlockingQueue<>();
  private final ConcurrentLinkedDeque<Thread> threads = new ConcurrentLinkedDeque<>();
  private final ConcurrentLinkedQueue<FutureTask<?>> awaited = new ConcurrentLinkedQueue<>();

  @Override
  public long nanoTime() {
    return time.nanoTime();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    if (!delay.isPositive()) {
      task.run();
      return () -> {};
    }
    synchronized (due) {
      due.add(nanoTime() + delay.toNanos());
    }
    Timer timer = time.schedule(delay, () -> ready.add(task));
    return () -> {
      timer.cancel();
      boolean unused = ready.remove(task);
    };
  }

  /** Blocks this thread for a time of the clock. */
  void sleep(Duration length) throws InterruptedException {
    LinkedBlockingQueue<Boolean> alarm = new LinkedBlockingQueue<>();
    Timer unused = schedule(length, () -> alarm.add(true));
    alarm.take();
  }

  /** Starts a task that {@link #run} does not wait for, such as a server. */
  <T> FutureTask<T> startDaemon(Callable<T> body) {
    FutureTask<T> task = new FutureTask<>(body);
    Thread thread = Thread.ofVirtual().unstarted(task);
    threads.add(thread);
    thread.start();
    return task;
  }

  /** Starts a task that {@link #run} waits for. */
  <T> FutureTask<T> start(Callable<T> body) {
    FutureTask<T> task = startDaemon(body);
    awaited.add(task);
    return task;
  }

  /**
   * Advances the clock until the tasks of {@link #start} have ended.
   *
   * @throws AssertionError if they hang: every thread waits and there is no timer
   */
  void run() {
    runUntil(() -> awaited.stream().allMatch(FutureTask::isDone));
  }

  /** Advances the clock until every thread has ended. */
  void finish() {
    runUntil(threads::isEmpty);
  }

  private void runUntil(BooleanSupplier done) {
    while (true) {
      awaitQuiet();
      Runnable task = ready.poll();
      if (task != null) {
        task.run();
      } else if (done.getAsBoolean()) {
        return;
      } else {
        time.advance(Duration.ofNanos(nextDue() - nanoTime()));
      }
    }
  }

  private long nextDue() {
    synchronized (due) {
      while (!due.isEmpty()) {
        long next = due.poll();
        if (next > nanoTime()) {
          return next;
        }
      }
    }
    List<String> stacks = new ArrayList<>();
    threads.forEach(each -> stacks.add(List.of(each.getStackTrace()).toString()));
    throw new AssertionError("hangs at %d ms: %s".formatted(nanoTime() / 1_000_000, stacks));
  }

  @SuppressWarnings("ThreadPriorityCheck") // nothing notifies of a thread that waits
  private void awaitQuiet() {
    for (int quiet = 0; quiet < OBSERVATIONS; quiet++) {
      for (Thread each : threads) {
        while (isRunning(each)) {
          quiet = 0;
          Thread.yield();
        }
      }
    }
  }

  private boolean isRunning(Thread thread) {
    return switch (thread.getState()) {
      case NEW, RUNNABLE -> true;
      case BLOCKED, WAITING, TIMED_WAITING -> false;
      case TERMINATED -> {
        threads.remove(thread);
        yield false;
      }
    };
  }
}
