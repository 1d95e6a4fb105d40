package dev.mimic;

/** An address can be read in two ways. */
public final class AmbiguousAddressException extends AddressException {

  /** Makes one; the message shows no password. */
  public AmbiguousAddressException(String message) {
    super(message);
  }
}
