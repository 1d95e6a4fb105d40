package dev.mimic;

/**
 * What a message may show of an address: all but what is a password, or could be part of one.
 *
 * <p>Where a password ends is not known in an address that is wrong, which is when it is shown. So
 * everything is hidden from the first colon after the scheme to the last at-sign, wherever that
 * stands: of {@code http://user:se/c@ret@host} there remains {@code http://user:***@host}.
 */
final class ShownAddress {
  private final String text;

  ShownAddress(String text) {
    this.text = text;
  }

  /** Where what is hidden begins, and where it ends; nothing is if both are -1. */
  private record Hidden(int from, int to) {}

  // Not before it is asked for: most addresses are never shown.
  private Hidden hidden() {
    int colon = text.indexOf(':', startAfterScheme(text));
    int at = text.lastIndexOf('@');
    return colon >= 0 && at > colon ? new Hidden(colon + 1, at) : new Hidden(-1, -1);
  }

  private static int startAfterScheme(String text) {
    int colon = schemeLength(text);
    return colon > 0 && text.startsWith("://", colon) ? colon + "://".length() : 0;
  }

  /** Returns how many characters could be a scheme, if a colon follows them; or else zero. */
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
  String redacted() {
    Hidden hidden = hidden();
    return hidden.from < 0
        ? text
        : text.substring(0, hidden.from) + Printed.SECRET + text.substring(hidden.to);
  }

  /** Returns the address in quotes, fit for a message. */
  String quoted() {
    return quote(redacted());
  }

  static String quote(String text) {
    return '"' + Printed.text(text) + '"';
  }

  /** Returns whether some of these characters are hidden. */
  boolean hides(int start, int end) {
    Hidden hidden = hidden();
    return start < hidden.to && end > hidden.from;
  }

  /**
   * Returns the characters in quotes, and where they stand in what is shown; or as little as may be
   * said.
   */
  String piece(int start, int end) {
    return hides(start, end)
        ? "something in the part that is not shown"
        : quote(text.substring(start, end)) + " at index " + indexInShown(start);
  }

  // An index in the text itself would tell how long the password is.
  private int indexInShown(int index) {
    Hidden hidden = hidden();
    return hidden.from < 0 || index < hidden.to
        ? index
        : index - hidden.to + hidden.from + Printed.SECRET.length();
  }

  /** Returns the failure that says so of this address. */
  MalformedAddressException malformed(String why) {
    return new MalformedAddressException("address " + quoted() + " is malformed: " + why);
  }
}
