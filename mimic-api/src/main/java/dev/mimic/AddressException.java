package dev.mimic;

/**
 * An address cannot be understood. The message names what is wrong with it and shows no password.
 */
public sealed class AddressException extends ResolutionException
    permits MalformedAddressException, UnknownSchemeException, AmbiguousAddressException {
  AddressException(String message) {
    super(message);
  }
}
