package dev.mimic.benchmarks;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The kinds of thread that the work is done by. */
enum InMemoryThreads {
  VIRTUAL,
  PLATFORM;

  private static final long PATIENCE_SECONDS = 60;

  static InMemoryThreads of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  ThreadFactory factory() {
    return switch (this) {
      case VIRTUAL -> Thread.ofVirtual().factory();
      case PLATFORM -> Thread.ofPlatform().daemon().factory();
    };
  }

  /** Runs a task in a thread of its own. */
  <T> T run(Callable<T> task) throws Exception {
    return result(start(task));
  }

  /** Runs two tasks at once, each in a thread of its own, and returns the outcome of the first. */
  <T> T run(Callable<T> task, Callable<?> other) throws Exception {
    FutureTask<?> beside = start(other);
    T result = run(task);
    result(beside);
    return result;
  }

  private <T> FutureTask<T> start(Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    factory().newThread(future).start();
    return future;
  }

  private static <T> T result(FutureTask<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
