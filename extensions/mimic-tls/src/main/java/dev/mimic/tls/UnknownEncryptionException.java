package dev.mimic.tls;

/** A key is encrypted in a way that is not known, or that would take too long. */
final class UnknownEncryptionException extends Exception {
  UnknownEncryptionException(String message) {
    super(message);
  }
}
