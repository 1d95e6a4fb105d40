package dev.mimic.testkit;

import java.util.Random;
import java.util.concurrent.Callable;

/** What a line has at hand. A line is itself run in a thread of its kind. */
interface Lines {

  /** Returns the kind of thread that the line is run on now. */
  ThreadKind kind();

  /** Returns how often to run a race. */
  int repetitions();

  /** Starts a task in a thread of this {@link #kind}, which must have ended when the line ends. */
  <T> Running<T> start(Callable<T> task);

  /** Starts a task as {@link #start} does, and returns when it waits. */
  default <T> Running<T> blocked(Callable<T> task) {
    return start(task).awaitBlocked();
  }

  /** Has something closed when the line ends, and returns it. */
  <C extends AutoCloseable> C closing(C opened);

  /** Returns random numbers; the seed is printed. */
  Random random();
}
