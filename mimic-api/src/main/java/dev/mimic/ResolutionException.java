package dev.mimic;

import java.io.IOException;
import java.util.List;

/**
 * Thrown when an address or a context cannot be resolved. The message is one line; {@link #report}
 * adds the whole plan.
 */
public sealed class ResolutionException extends IOException
    permits AddressException, ResolutionTimeoutException {
  private final String report;

  /** Creates an exception for a request without attempts. */
  ResolutionException(String message) {
    super(message);
    this.report = message;
  }

  /** Creates an exception whose cause is the last of these; the earlier ones are suppressed. */
  ResolutionException(String message, String tree, List<? extends Exception> causes) {
    super(message, causes.isEmpty() ? null : causes.getLast());
    this.report = message + "\n" + tree;
    for (Exception cause : causes.subList(0, Math.max(0, causes.size() - 1))) {
      addSuppressed(cause);
    }
  }

  /**
   * Returns the message and the plan as a tree: the candidates, the derivations of their endpoints,
   * and the attempts with their times and failures. Shows no secret.
   */
  public String report() {
    return report;
  }
}
