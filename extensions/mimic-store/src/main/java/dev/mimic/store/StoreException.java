package dev.mimic.store;

import java.io.IOException;

/** Thrown if an operation of a store fails. The message is one line with the cause and a remedy. */
public class StoreException extends IOException {
  StoreException(String message) {
    super(message);
  }

  StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
