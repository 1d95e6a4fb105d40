package dev.mimic;

import java.util.List;
import java.util.stream.Collectors;

/** Values and texts as plans and messages show them: on one line, not too long, and no secrets. */
final class Printed {
  private static final int MAX_VALUE_CHARS = 120;
  private static final int MAX_MESSAGE_CHARS = 2_000;

  static final String SECRET = "***";

  private Printed() {}

  static String values(Key<?> key, List<?> candidates) {
    if (key.isSecret()) {
      return SECRET;
    }
    return candidates.stream().map(Printed::value).collect(Collectors.joining(" or "));
  }

  /** Returns what the value prints, whatever its own {@code toString} does. */
  static String value(Object value) {
    String text;
    try {
      text = String.valueOf(value);
    } catch (RuntimeException e) {
      text = value.getClass().getSimpleName();
    }
    return text(text);
  }

  /** Returns what an exception says, or its class if it says nothing. */
  static String message(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null || message.isBlank()
        ? thrown.getClass().getSimpleName()
        : line(message, MAX_MESSAGE_CHARS);
  }

  /** Returns the text without control characters and line ends, cut where it is too long. */
  static String text(String text) {
    return line(text, MAX_VALUE_CHARS);
  }

  private static String line(String text, int maxChars) {
    int end = Math.min(text.length(), maxChars);
    StringBuilder out = new StringBuilder(end);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return end < text.length() ? out.append("...").toString() : out.toString();
  }
}
