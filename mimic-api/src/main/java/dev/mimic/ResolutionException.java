package dev.mimic;

import java.io.IOException;
import java.util.List;

/**
 * An address, or a context, did not become a connected flow. The message is one line; {@link
 * #report} is the whole story.
 */
public sealed class ResolutionException extends IOException
    permits AddressException, ResolutionTimeoutException {
  private final String report;

  /** Makes one that nothing was tried for. */
  ResolutionException(String message) {
    super(message);
    this.report = message;
  }

  /** Makes one whose cause is the last of these; the ones before are suppressed onto it. */
  ResolutionException(String message, String tree, List<? extends Exception> causes) {
    super(message, causes.isEmpty() ? null : causes.getLast());
    this.report = message + "\n" + tree;
    for (Exception cause : causes.subList(0, Math.max(0, causes.size() - 1))) {
      addSuppressed(cause);
    }
  }

  /**
   * Returns the message, and then the plan as a tree: what was considered, what it was derived
   * from, what was tried, how long that took and how it failed. Shows no secret.
   */
  public String report() {
    return report;
  }
}
