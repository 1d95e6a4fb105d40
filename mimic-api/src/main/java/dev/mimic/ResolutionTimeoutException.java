package dev.mimic;

import java.util.List;

/** The time that a resolution had was up before there was a connection. */
public final class ResolutionTimeoutException extends ResolutionException {
  ResolutionTimeoutException(String message, String tree, List<? extends Exception> causes) {
    super(message, tree, causes);
  }
}
