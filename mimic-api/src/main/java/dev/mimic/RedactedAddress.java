package dev.mimic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An address without anything that can be a password, for messages. No other class decides what is
 * hidden.
 *
 * <p>The end of a password is unknown in an odd address: {@code ssh://me:123/x@host} is a password
 * with a slash, or a port and a path. So the address is not parsed here. Everything is hidden from
 * the first colon after the scheme, which may be percent-encoded, to the last at-sign, wherever
 * that is: {@code http://user:se/c@ret@host} is shown as {@code http://user:***@host}. The word
 * before {@code ://} could be a user too, unless it is a scheme that is known here.
 */
final class RedactedAddress {
  private static final Pattern COLON = Pattern.compile(":|%(?:25)*3[aA]");
  private static final Pattern ENCODED_AT = Pattern.compile("%(?:25)*40");

  private final String text;
  private final int start; // the first index at which a colon can be before a password

  private RedactedAddress(String text, int start) {
    this.text = text;
    this.start = start;
  }

  /** Returns the redacted form of an address that begins with this scheme, or with no known one. */
  static RedactedAddress of(String text, @Nullable Scheme known) {
    return new RedactedAddress(text, known == null ? 0 : startAfter(text, known.defaultPort()));
  }

  // "unix:/run/user@1000" is a path; "git:/s3cret@host" can be a user and a password.
  private static int startAfter(String text, OptionalInt defaultPort) {
    int colon = schemeLength(text);
    if (text.startsWith("://", colon)) {
      return colon + "://".length();
    }
    return text.startsWith(":/", colon) && defaultPort.isEmpty() ? colon + 1 : 0;
  }

  /** The bounds of the hidden part; both are -1 if there is none. */
  private record Hidden(int from, int to) {}

  // Computed on demand: most addresses are never shown.
  private Hidden hidden() {
    Matcher colon = COLON.matcher(text);
    if (!colon.find(start)) {
      return new Hidden(-1, -1);
    }
    int from = colon.end();
    if (start == 0 && from == schemeLength(text) + 1 && text.startsWith("://", from - 1)) {
      from += from > 1 ? "//".length() : 0;
    }
    int at = lastAt(from);
    return at >= from ? new Hidden(from, at) : new Hidden(-1, -1);
  }

  /** Returns the index of the last at-sign; an encoded one counts before the path. */
  private int lastAt(int from) {
    int at = text.lastIndexOf('@');
    if (at < from) {
      int end = from;
      while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
        end++;
      }
      Matcher encoded = ENCODED_AT.matcher(text).region(from, end);
      while (encoded.find()) {
        at = encoded.start();
      }
    }
    return at;
  }

  /**
   * Returns the number of characters before the first colon if they can be a scheme; otherwise
   * zero.
   */
  static int schemeLength(String text) {
    int colon = text.indexOf(':');
    for (int i = 0; i < colon; i++) {
      if (!isOfScheme(text.charAt(i))) {
        return 0;
      }
    }
    return Math.max(colon, 0);
  }

  private static boolean isOfScheme(char c) {
    return HostSyntax.isLetterOrDigit(c) || c == '+' || c == '-' || c == '.';
  }

  /** Returns the address without its password, of any length and with all its characters. */
  String shown() {
    Hidden hidden = hidden();
    return hidden.from < 0
        ? text
        : text.substring(0, hidden.from) + Printed.SECRET + text.substring(hidden.to);
  }

  /**
   * Returns the hidden part, as it was typed and as it is decoded, and its pieces between
   * delimiters, which a protocol knows as parts of a user, a path or a query. Empty if nothing is
   * hidden.
   */
  List<String> secrets() {
    Hidden hidden = hidden();
    if (hidden.from < 0) {
      return List.of();
    }
    String typed = text.substring(hidden.from, hidden.to);
    String[] pieces = typed.split("[/?:@]+");
    boolean beginsWithPort = pieces.length > 0 && HostSyntax.isAllDigits(pieces[0]);
    return Stream.concat(Stream.of(typed), Stream.of(pieces).skip(beginsWithPort ? 1 : 0))
        .flatMap(each -> Stream.of(each, decoded(each)))
        .distinct()
        .toList();
  }

  private static String decoded(String typed) {
    try {
      return URLDecoder.decode(typed.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      return typed; // not percent-encoded
    }
  }

  /** Returns the address in quotes, for a message. */
  String quoted() {
    return quote(shown());
  }

  static String quote(String text) {
    return '"' + Printed.text(text) + '"';
  }

  /** Returns whether some of these characters are hidden. */
  boolean hides(int start, int end) {
    Hidden hidden = hidden();
    return start < hidden.to && end > hidden.from;
  }

  /** Returns the context with the value of these characters, which is secret if one is hidden. */
  <T> Context add(Key<T> key, T value, int start, int end, Context to) {
    return hides(start, end) ? to.withSecret(key, value) : to.with(key, value);
  }

  /**
   * Returns the characters in quotes with their index in the shown address, or a phrase without
   * them if they are hidden.
   */
  String piece(int start, int end) {
    return hides(start, end)
        ? "something in the part that is not shown"
        : quote(text.substring(start, end)) + " at index " + indexInShown(start);
  }

  // An index in the original text would reveal the length of the password.
  private int indexInShown(int index) {
    Hidden hidden = hidden();
    return hidden.from < 0 || index < hidden.to
        ? index
        : index - hidden.to + hidden.from + Printed.SECRET.length();
  }

  /** Returns the exception with this reason. */
  MalformedAddressException malformed(String why) {
    return new MalformedAddressException("address " + quoted() + " is malformed: " + why);
  }
}
