package dev.mimic;

import java.util.List;

/** The time that a resolution had was up before there was a connection. */
public final class ResolutionTimeoutException extends ResolutionException {
  ResolutionTimeoutException(String message, Plan plan, List<? extends Exception> causes) {
    super(message, plan, causes);
  }
}
