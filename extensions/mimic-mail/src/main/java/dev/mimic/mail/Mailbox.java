package dev.mimic.mail;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.UnsupportedEncodingException;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox (RFC 5322, section 3.4), such as {@code Ann <ann@example.org>}.
 *
 * @param address in ASCII
 * @param name the display name as it was typed, or empty
 */
record Mailbox(String address, String name) {
  private static final int MAX_ADDRESS = 254; // RFC 5321, section 4.5.3.1.3, without < and >
  private static final int MAX_LINE = 76; // of one with an encoded word (RFC 2047, section 2)

  /**
   * Returns the mailbox that this text is. Encoded words in it are not decoded: {@code =?} is what
   * was typed.
   *
   * @throws IllegalArgumentException if it is no address, or several, or not in ASCII except for
   *     the name
   */
  static Mailbox parse(String field, String text) {
    HeaderText.requireOneLine(field, text);
    try {
      Parsed parsed = new Parsed(text);
      if (parsed.isGroup()) {
        throw new IllegalArgumentException(
            "%s (%s) must be one address, such as ann@example.org".formatted(field, text));
      }
      requireWhole(field, parsed.getAddress());
      String name = parsed.typedName();
      return new Mailbox(parsed.getAddress(), name == null ? "" : name.strip());
    } catch (AddressException e) {
      throw new IllegalArgumentException(
          "%s (%s) must be one address, such as ann@example.org: %s"
              .formatted(field, text, e.getMessage()),
          e);
    }
  }

  private static void requireWhole(String field, String address) {
    int at = address.lastIndexOf('@');
    if (at <= 0) {
      throw new IllegalArgumentException(
          "%s (%s) must have a domain, as in ann@example.org".formatted(field, address));
    }
    if (!isPrintable(address.substring(0, at))) {
      throw new IllegalArgumentException(
          "%s (%s) must be in ASCII and without spaces before the @: SMTPUTF8 is not supported"
              .formatted(field, address));
    }
    if (!isPrintable(address)) {
      throw new IllegalArgumentException(
          "%s (%s) must be in ASCII: write its domain as xn--...".formatted(field, address));
    }
    if (address.length() > MAX_ADDRESS) {
      throw new IllegalArgumentException(
          "%s (%s) must have at most %d characters, and has %d"
              .formatted(field, address, MAX_ADDRESS, address.length()));
    }
  }

  private static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 127);
  }

  /** Returns this as it stands in a header, folded. */
  String header() {
    if (name.isEmpty()) {
      return address;
    }
    String phrase = HeaderText.isPlainWord(name) ? quoted() : HeaderText.encodedWords(name);
    int last = phrase.length() - phrase.lastIndexOf('\n') - 1;
    boolean fits = "From: ".length() + last + " <>,".length() + address.length() <= MAX_LINE;
    return "%s%s<%s>".formatted(phrase, fits ? " " : "\r\n ", address);
  }

  /** Returns the name in quotes if it needs them. */
  private String quoted() {
    try {
      String whole = new InternetAddress(address, name).toString();
      return whole.substring(0, whole.length() - address.length() - 3); // " <" and ">"
    } catch (UnsupportedEncodingException e) {
      throw new AssertionError("the default charset is always there", e);
    }
  }

  /** An address whose name can be read without being decoded. */
  private static final class Parsed extends InternetAddress {
    private static final long serialVersionUID = 1;

    Parsed(String text) throws AddressException {
      super(text, true);
    }

    @Nullable String typedName() {
      return encodedPersonal;
    }
  }
}
