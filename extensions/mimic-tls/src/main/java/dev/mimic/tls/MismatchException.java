package dev.mimic.tls;

/** A key and certificates do not belong together; the message says which. */
final class MismatchException extends Exception {
  MismatchException(String message) {
    super(message);
  }
}
