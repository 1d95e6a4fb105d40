package dev.mimic;

/** An address begins with a scheme that nothing here serves. */
public final class UnknownSchemeException extends AddressException {

  /** Makes one; the message shows no password. */
  public UnknownSchemeException(String message) {
    super(message);
  }
}
