package dev.mimic.mail;

/** What stands in a header, where a line's end would begin another header. */
final class HeaderText {
  private HeaderText() {}

  /**
   * Returns the text.
   *
   * @throws IllegalArgumentException if it has control characters, such as a line's end
   */
  static String requireOneLine(String field, String text) {
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "%s must be one line, without control characters".formatted(field));
    }
    return text;
  }
}
