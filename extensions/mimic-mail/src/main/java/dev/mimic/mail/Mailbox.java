package dev.mimic.mail;

import com.google.common.base.CharMatcher;
import com.google.common.base.Utf8;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.UnsupportedEncodingException;
import java.net.IDN;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox (RFC 5322, section 3.4), such as {@code Ann <ann@example.org>}.
 *
 * <p>An internationalized domain is sent in its ASCII form ({@code xn--...}, RFC 5890), which every
 * server supports. The JDK converts by IDNA 2003. A domain that IDNA 2008 converts differently is
 * refused, since the mail could reach the wrong recipient. The part before the @ has no ASCII form;
 * it requires a server with SMTPUTF8 (RFC 6531).
 *
 * @param address the address, with its domain in ASCII
 * @param name the display name as typed, or empty
 */
record Mailbox(String address, String name) {
  private static final int MAX_ADDRESS = 254; // RFC 5321, section 4.5.3.1.3, without < and >

  // Characters that IDNA 2003 replaces and IDNA 2008 keeps (RFC 5894, section 7.2).
  private static final CharMatcher DEVIATIONS = CharMatcher.anyOf("\u00df\u1e9e\u03c2\u200c\u200d");

  private static final int MAX_LINE = 76; // with an encoded word (RFC 2047, section 2)

  /**
   * Parses a mailbox. Encoded words in the text are not decoded.
   *
   * @throws IllegalArgumentException if the text is not exactly one address, or its domain has no
   *     ASCII form
   */
  static Mailbox parse(String field, String text) {
    HeaderText.requireOneLine(field, text);
    try {
      Parsed parsed = new Parsed(text);
      if (parsed.isGroup()) {
        throw new IllegalArgumentException(
            "%s (%s) must be one address, such as ann@example.org".formatted(field, text));
      }
      String name = parsed.typedName();
      return new Mailbox(inAscii(field, parsed.getAddress()), name == null ? "" : name.strip());
    } catch (AddressException e) {
      throw new IllegalArgumentException(
          "%s (%s) must be one address, such as ann@example.org: %s"
              .formatted(field, text, e.getMessage()),
          e);
    }
  }

  /** Returns the address with its domain in ASCII. */
  private static String inAscii(String field, String address) {
    int at = address.lastIndexOf('@');
    if (at <= 0) {
      throw new IllegalArgumentException(
          "%s (%s) must have a domain, as in ann@example.org".formatted(field, address));
    }
    if (address.substring(0, at).codePoints().anyMatch(Mailbox::isSpace)) {
      throw new IllegalArgumentException(
          "%s (%s) must have no spaces before the @".formatted(field, address));
    }
    String ascii = address.substring(0, at + 1) + domain(field, address, at + 1);
    int bytes = Utf8.encodedLength(ascii);
    if (bytes > MAX_ADDRESS) {
      throw new IllegalArgumentException(
          "%s (%s) must have at most %d characters, and has %d"
              .formatted(field, address, MAX_ADDRESS, bytes));
    }
    return ascii;
  }

  private static String domain(String field, String address, int from) {
    String typed = address.substring(from);
    if (isPrintable(typed)) {
      return typed;
    }
    if (DEVIATIONS.matchesNoneOf(typed)) {
      try {
        String ascii = IDN.toASCII(typed);
        if (isPrintable(ascii)) {
          return ascii;
        }
      } catch (IllegalArgumentException e) {
        // The domain has an invalid length or character, or one newer than IDNA 2003.
      }
    }
    throw new IllegalArgumentException(
        "%s (%s) must have a domain with an ASCII form: write it as xn--..."
            .formatted(field, address));
  }

  private static boolean isSpace(int codePoint) {
    return Character.isSpaceChar(codePoint) || Character.isWhitespace(codePoint);
  }

  private static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 127);
  }

  /** Returns whether an address can be sent without SMTPUTF8. */
  static boolean isAscii(String address) {
    return CharMatcher.ascii().matchesAllOf(address);
  }

  /** Returns the folded value for a header. */
  String header() {
    if (name.isEmpty()) {
      return address;
    }
    String phrase = HeaderText.isPlainWord(name) ? quoted() : HeaderText.encodedWords(name);
    int last = phrase.length() - phrase.lastIndexOf('\n') - 1;
    boolean fits = "From: ".length() + last + " <>,".length() + address.length() <= MAX_LINE;
    return "%s%s<%s>".formatted(phrase, fits ? " " : "\r\n ", address);
  }

  /** Returns the name, in quotes if it requires them. */
  private String quoted() {
    try {
      String whole = new InternetAddress(address, name).toString();
      return whole.substring(0, whole.length() - address.length() - 3); // " <" and ">"
    } catch (UnsupportedEncodingException e) {
      throw new AssertionError("the default charset is always supported", e);
    }
  }

  /** An address with access to the display name before it is decoded. */
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
