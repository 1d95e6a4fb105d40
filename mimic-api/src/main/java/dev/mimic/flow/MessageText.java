package dev.mimic.flow;

import java.time.Duration;

/**
 * Text for messages and logs. A protocol escapes what a peer sent before it puts it into a message:
 * control characters could move a terminal's cursor, and line breaks could forge a log entry.
 */
public final class MessageText {
  private MessageText() {}

  /**
   * Returns the text on one line. Control and format characters, line breaks and spaces other than
   * U+0020 are escaped as in Java. A longer text is cut off and ends in {@code ...}.
   *
   * @param maxChars the number of characters of {@code text} to keep
   */
  public static String oneLine(String text, int maxChars) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), maxChars));
    int i = 0;
    while (i < text.length() && i < maxChars) {
      int c = text.codePointAt(i);
      if (isPlain(c)) {
        out.appendCodePoint(c);
      } else {
        out.append(String.format(c > 0xffff ? "\\U%08x" : "\\u%04x", c));
      }
      i += Character.charCount(c);
    }
    return i < text.length() ? out.append("...").toString() : out.toString();
  }

  private static boolean isPlain(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> codePoint == ' ';
      default -> true;
    };
  }

  /** Returns text such as {@code 1.5 s}, {@code 250 ms} or {@code 12 us}. */
  public static String of(Duration duration) {
    if (duration.compareTo(Duration.ofSeconds(1)) >= 0) {
      long tenths = Math.round(duration.toNanosPart() / 1e8);
      long seconds = duration.toSeconds() + tenths / 10; // no sum of smaller units: it may overflow
      return tenths % 10 == 0 ? seconds + " s" : seconds + "." + tenths % 10 + " s";
    }
    long micros = duration.toNanos() / 1000;
    return micros >= 1000 ? micros / 1000 + " ms" : micros + " us";
  }
}
