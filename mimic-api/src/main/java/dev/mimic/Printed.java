package dev.mimic;

import java.util.List;
import java.util.stream.Collectors;

/** Values as plans and messages show them: on one line, not too long, and no secrets. */
final class Printed {
  private static final int MAX_CHARS = 120;

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

  /** Returns the text without control characters and line ends, cut where it is too long. */
  static String text(String text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_CHARS));
    int end = Math.min(text.length(), MAX_CHARS);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return text.length() > MAX_CHARS ? out.append("...").toString() : out.toString();
  }
}
