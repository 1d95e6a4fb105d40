package dev.mimic;

import dev.mimic.flow.MessageText;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Values as plans and messages show them: on one line, not too long, and no secrets. */
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

  /** Returns what the key shows of the value, whatever the value's own {@code toString} does. */
  static String value(Key<?> key, Object value) {
    try {
      return text(String.valueOf(key.print(value)));
    } catch (RuntimeException | StackOverflowError e) {
      return text(value.getClass().getTypeName());
    }
  }

  /** Returns what a protocol describes, or only its name if it cannot. */
  static String description(String protocol, Supplier<String> described) {
    try {
      return text(described.get());
    } catch (RuntimeException e) {
      return protocol + "(?)";
    }
  }

  /** Returns an address from which the password has been taken. */
  static String address(String redacted) {
    return MessageText.oneLine(redacted, MAX_ADDRESS_CHARS);
  }

  /**
   * Returns the text on one line, cut where it is too long: what does not show as itself, such as a
   * control character, is escaped as in Java.
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

  /** Returns what an exception says, or its class if it says nothing. */
  static String message(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null || message.isBlank()
        ? thrown.getClass().getSimpleName()
        : MessageText.oneLine(message, MAX_MESSAGE_CHARS);
  }
}
