package dev.mimic.git;

import java.net.SocketTimeoutException;

/** A limit of a conversation with a server was exceeded; the message says which one. */
final class LimitException extends SocketTimeoutException {
  LimitException(String message) {
    super(message);
  }

  LimitException because(Throwable cause) {
    initCause(cause);
    return this;
  }
}
