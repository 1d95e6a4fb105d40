package dev.mimic;

/** An address is not of any form that is known here. */
public final class MalformedAddressException extends AddressException {

  /** Makes one; the message shows no password. */
  public MalformedAddressException(String message) {
    super(message);
  }
}
