package dev.mimic.flow;

import java.io.Closeable;
import java.io.IOException;

/**
 * A close that ends a blocked call. It runs in a thread of its own, because the timer or the
 * interrupting thread that starts it must not block. That is a platform thread, because the blocked
 * call may have pinned the carrier that a virtual thread would need.
 */
final class BackgroundClose {
  private BackgroundClose() {}

  /** Starts a close. */
  static void start(Closeable closeable) {
    Thread.ofPlatform().daemon().name("mimic-close").start(() -> ignoringFailure(closeable));
  }

  /** Closes in this thread, and drops a failure: the ended call reports its own. */
  static void ignoringFailure(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException | RuntimeException e) {
      // The ended call throws, and this failure adds nothing to the reason.
    }
  }
}
