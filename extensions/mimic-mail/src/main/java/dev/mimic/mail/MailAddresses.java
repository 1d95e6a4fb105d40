package dev.mimic.mail;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.UnsupportedEncodingException;

/**
 * Addresses of mail as people write them: {@code ann@example.org}, {@code Ann <ann@example.org>}.
 */
final class MailAddresses {
  private MailAddresses() {}

  /**
   * Returns the one address that this text is.
   *
   * @throws IllegalArgumentException if it is none, or several, or not in ASCII but for its name
   */
  static InternetAddress parse(String field, String text) {
    HeaderText.requireOneLine(field, text);
    try {
      InternetAddress[] all = InternetAddress.parse(text, true);
      if (all.length != 1 || all[0].isGroup()) {
        throw new IllegalArgumentException(
            "%s (%s) must be one address, such as ann@example.org".formatted(field, text));
      }
      all[0].validate();
      requireWhole(field, all[0].getAddress());
      return new InternetAddress(all[0].getAddress(), all[0].getPersonal(), "UTF-8");
    } catch (AddressException e) {
      throw new IllegalArgumentException(
          "%s (%s) is no address: %s".formatted(field, text, e.getMessage()), e);
    } catch (UnsupportedEncodingException e) {
      throw new AssertionError("UTF-8 is always there", e);
    }
  }

  private static void requireWhole(String field, String address) {
    if (address.lastIndexOf('@') <= 0) {
      throw new IllegalArgumentException(
          "%s (%s) must have a domain, as in ann@example.org".formatted(field, address));
    }
    if (!address.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new IllegalArgumentException(
          "%s (%s) must be in ASCII: write its domain as xn--...".formatted(field, address));
    }
  }
}
