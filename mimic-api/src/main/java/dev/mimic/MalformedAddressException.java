package dev.mimic;

/** Thrown when an address has no known form. */
public final class MalformedAddressException extends AddressException {

  /** Creates an exception. The message must show no password. */
  public MalformedAddressException(String message) {
    super(message);
  }
}
