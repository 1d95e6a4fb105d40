package dev.mimic.tls;

/** What is wrong with a PEM text; the message goes on where the file's name was. */
final class MalformedPemException extends Exception {
  MalformedPemException(String message) {
    super(message);
  }

  MalformedPemException(String message, Throwable cause) {
    super(message, cause);
  }
}
