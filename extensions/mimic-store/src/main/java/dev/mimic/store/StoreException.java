package dev.mimic.store;

import java.io.IOException;

/**
 * A store could not do what was asked. The message is one line that names the cause and what to do.
 */
public class StoreException extends IOException {
  StoreException(String message) {
    super(message);
  }

  StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
