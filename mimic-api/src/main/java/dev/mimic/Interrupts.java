package dev.mimic;

import java.nio.channels.ClosedByInterruptException;
import org.jspecify.annotations.Nullable;

/** What an interrupt does to whoever is to wait, or to go on. */
final class Interrupts {
  private Interrupts() {}

  /**
   * Throws if the thread is interrupted; the status stays set.
   *
   * @param because what failed, perhaps because of the interrupt; told beside it
   */
  static void check(@Nullable Exception because) throws ClosedByInterruptException {
    if (!Thread.currentThread().isInterrupted()) {
      return;
    }
    ClosedByInterruptException interrupt = new ClosedByInterruptException();
    if (because != null) {
      interrupt.addSuppressed(because);
    }
    throw interrupt;
  }
}
