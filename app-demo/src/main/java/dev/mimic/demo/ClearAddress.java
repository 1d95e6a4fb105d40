package dev.mimic.demo;

import dev.mimic.Key;
import dev.mimic.MimicResolver;
import dev.mimic.mail.Mail;
import dev.mimic.tls.TlsProtocol;
import java.util.Locale;

/** Refuses what is said of TLS where none is spoken: somebody counts on it. */
final class ClearAddress {
  private ClearAddress() {}

  static void refuse(String options, String address, MimicResolver resolver) {
    if (isCarriedOtherwise(address, TlsProtocol.ENDPOINT, resolver)
        && isCarriedOtherwise(address, Mail.CARRIER, resolver)) {
      throw new WrongUsageException(
          "%s are for TLS, which %s: addresses do not speak".formatted(options, scheme(address)));
    }
  }

  /** Returns whether the address's scheme is one that another protocol carries. */
  static boolean isCarriedOtherwise(String address, Key<?> carrier, MimicResolver resolver) {
    String scheme = scheme(address);
    return resolver.inventory().schemes().stream()
        .map(each -> each.scheme())
        .anyMatch(each -> each.name().equals(scheme) && each.carrier() != carrier);
  }

  private static String scheme(String address) {
    return address.substring(0, Math.max(0, address.indexOf(':'))).toLowerCase(Locale.ROOT);
  }
}
