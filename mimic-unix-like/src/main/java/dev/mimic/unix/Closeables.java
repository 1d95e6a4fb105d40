package dev.mimic.unix;

import java.io.Closeable;
import java.io.IOException;

/** Closes resources after a failure. */
final class Closeables {
  private Closeables() {}

  /** Closes {@code closeable}, and suppresses an exception of that onto {@code failure}. */
  static void closeOnto(Throwable failure, Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
