package dev.mimic;

/** Thrown when an address cannot be parsed. The message gives the reason and shows no password. */
public sealed class AddressException extends ResolutionException
    permits MalformedAddressException, UnknownSchemeException, AmbiguousAddressException {
  AddressException(String message) {
    super(message);
  }
}
