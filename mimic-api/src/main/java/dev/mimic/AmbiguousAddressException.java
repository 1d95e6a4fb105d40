package dev.mimic;

/** Thrown when an address has two possible meanings. */
public final class AmbiguousAddressException extends AddressException {

  /** Creates an exception. The message must show no password. */
  public AmbiguousAddressException(String message) {
    super(message);
  }
}
