package dev.mimic.demo;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/**
 * Text from others on its way to a user: keys and messages that somebody has committed, and what a
 * server says. A terminal would obey what controls it, and shows the letters in another order after
 * a bidirectional override: such characters are escaped as in Java. What goes to a file or another
 * program stays as it is, for that program to read.
 */
final class Visible {
  private Visible() {}

  /** Standard output, which is asked once: to ask starts a process, and a list has many lines. */
  private static final class Output {
    static final boolean IS_TERMINAL = isTerminal(1);
  }

  /** Returns the text for standard output: escaped if that is a terminal. */
  static String onOutput(String text) {
    String whole = whole(text);
    return whole.equals(text) || !Output.IS_TERMINAL ? text : whole;
  }

  /** Returns the text on one line, with the characters escaped that do not show as themselves. */
  static String whole(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            each -> {
              if (isPlain(each)) {
                out.appendCodePoint(each);
              } else {
                out.append(String.format(each > 0xffff ? "\\U%08x" : "\\u%04x", each));
              }
            });
    return out.toString();
  }

  private static boolean isPlain(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /**
   * Returns whether a standard stream is a terminal. Java 21 to 25 tells only of standard input and
   * output together, and each version otherwise; POSIX has a command for it.
   *
   * @param stream 1 for standard output, 2 for standard error
   */
  static boolean isTerminal(int stream) {
    try {
      ProcessBuilder test = new ProcessBuilder("test", "-t", String.valueOf(stream));
      Process running =
          (stream == 1
                  ? test.redirectOutput(Redirect.INHERIT)
                  : test.redirectError(Redirect.INHERIT))
              .start();
      return running.waitFor() == 0;
    } catch (IOException e) {
      return false; // there is no such command
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
