package dev.mimic.tls;

/** A PEM text is damaged; the message is where and how. */
final class DamagedPemException extends Exception {
  DamagedPemException(String message) {
    super(message);
  }
}
