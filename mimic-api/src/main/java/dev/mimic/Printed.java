package dev.mimic;

import dev.mimic.flow.MessageText;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The text of values in plans and messages: one line, limited in length, without secrets. */
final class Printed {
  private static final int MAX_VALUE_CHARS = 120;
  private static final int MAX_ADDRESS_CHARS = 300;
  private static final int MAX_MESSAGE_CHARS = 2_000;
  private static final int MAX_PATH_ENDS = 4; // names at either end

  static final String SECRET = "***";

  private Printed() {}

  static String values(Outcome.Explicit explicit) {
    return explicit.secret()
        ? SECRET
        : explicit.values().stream()
            .map(each -> value(explicit.key(), each))
            .collect(Collectors.joining(" or "));
  }

  /** Returns the text of the value, even if its {@code toString} throws. */
  static String value(Key<?> key, Object value) {
    try {
      return text(String.valueOf(key.print(value)));
    } catch (RuntimeException | StackOverflowError e) {
      return text(value.getClass().getTypeName());
    }
  }

  /** Returns the description by a protocol, or its name if that throws. */
  static String description(String protocol, Supplier<String> described) {
    try {
      return text(described.get());
    } catch (RuntimeException e) {
      return protocol + "(?)";
    }
  }

  /** Returns an address from which the password was removed. */
  static String address(String redacted) {
    return MessageText.oneLine(redacted, MAX_ADDRESS_CHARS);
  }

  /**
   * Returns the text on one line, cut if it is too long. Characters that do not print, such as
   * control characters, are escaped as in Java.
   */
  static String text(String text) {
    return MessageText.oneLine(text, MAX_VALUE_CHARS);
  }

  /** Returns the names from the first to the last, without those in the middle of a long path. */
  static String path(List<String> names) {
    int left = names.size() - 2 * MAX_PATH_ENDS;
    Stream<String> shown =
        left <= 1
            ? names.stream()
            : Stream.of(
                    names.subList(0, MAX_PATH_ENDS),
                    List.of("(%d more)".formatted(left)),
                    names.subList(names.size() - MAX_PATH_ENDS, names.size()))
                .flatMap(List::stream);
    return shown.map(Printed::text).collect(Collectors.joining(" -> "));
  }

  /** Returns the text on one line, of any length. */
  static String whole(String text) {
    return MessageText.oneLine(text, Integer.MAX_VALUE);
  }

  /** Returns the message of an exception, or its class if it has none. */
  static String message(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null || message.isBlank()
        ? thrown.getClass().getSimpleName()
        : MessageText.oneLine(message, MAX_MESSAGE_CHARS);
  }
}
