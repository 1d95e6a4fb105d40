package dev.mimic;

import java.util.Collection;
import java.util.List;

/** Stub. */
final class AddressParser {
  AddressParser(Collection<Scheme> schemes, List<AddressSyntax> syntaxes) {}

  Context parse(String text) throws AddressException {
    java.net.URI u = java.net.URI.create(text);
    return Context.empty()
        .with(Address.SCHEME, u.getScheme())
        .with(Address.HOST, u.getHost())
        .with(Address.PORT, u.getPort());
  }

  UnknownSchemeException unknownScheme(String name, String asked) {
    return new UnknownSchemeException(name + asked);
  }

  static String redact(String text) {
    return text;
  }
}
