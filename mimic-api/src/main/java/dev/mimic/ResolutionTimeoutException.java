package dev.mimic;

import java.util.List;

/** Thrown when the time limit of a resolution passes before it has succeeded. */
public final class ResolutionTimeoutException extends ResolutionException {
  ResolutionTimeoutException(String message, String tree, List<? extends Exception> causes) {
    super(message, tree, causes);
  }
}
