package dev.mimic.testkit;

import java.util.Random;
import java.util.concurrent.Callable;

/** The resources of every line. A line runs in a thread of its kind. */
interface Lines {

  /** Returns the kind of the current thread of the line. */
  ThreadKind kind();

  /** Returns the number of repetitions of a race. */
  int repetitions();

  /** Starts a task in a thread of this {@link #kind}; it must end before the line ends. */
  <T> Running<T> start(Callable<T> task);

  /** Starts a task and waits until it is blocked. */
  default <T> Running<T> blocked(Callable<T> task) {
    return start(task).awaitBlocked();
  }

  /** Returns a resource, which is closed when the line ends. */
  <C extends AutoCloseable> C closeAtEnd(C opened);

  /** Returns random numbers and prints their seed. */
  Random random();
}
