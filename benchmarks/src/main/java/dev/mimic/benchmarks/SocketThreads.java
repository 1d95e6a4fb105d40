package dev.mimic.benchmarks;

import java.io.Closeable;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads of the two ends of a {@link SocketPair}, which last as long as it does; or of several
 * pairs that take turns, so that the system's choice of where threads run is the same for all.
 */
final class SocketThreads implements Closeable {
  private static final int LIMIT_SECONDS = 20;

  private final ExecutorService near;
  private final ExecutorService far;

  /**
   * Makes two threads.
   *
   * @param kind {@code platform} or {@code virtual}
   */
  SocketThreads(String kind) {
    ThreadFactory factory =
        switch (kind) {
          case "platform" -> Thread.ofPlatform().daemon().factory();
          case "virtual" -> Thread.ofVirtual().factory();
          default -> throw new IllegalArgumentException("no such threads: " + kind);
        };
    this.near = Executors.newSingleThreadExecutor(factory);
    this.far = Executors.newSingleThreadExecutor(factory);
  }

  /** Does the work of both ends at once, and returns when both have ended. */
  void run(Callable<Boolean> atNear, Callable<Boolean> atFar) throws Exception {
    Future<Boolean> farEnd = far.submit(atFar);
    Future<Boolean> nearEnd = near.submit(atNear);
    nearEnd.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    farEnd.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    near.shutdownNow();
    far.shutdownNow();
  }
}
