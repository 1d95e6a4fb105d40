package dev.mimic.git;

import java.net.SocketTimeoutException;

/** Thrown if a time limit was exceeded. The message names the limit. */
final class LimitException extends SocketTimeoutException {
  LimitException(String message) {
    super(message);
  }

  LimitException causedBy(Throwable cause) {
    initCause(cause);
    return this;
  }
}
