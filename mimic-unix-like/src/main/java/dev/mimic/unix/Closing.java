package dev.mimic.unix;

import java.io.Closeable;
import java.io.IOException;

/** Closes what is not needed because something else has failed. */
final class Closing {
  private Closing() {}

  /** Closes; that this fails too is told beside the failure. */
  static void onto(Throwable failure, Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
