package dev.mimic.git;

import com.google.common.base.CharMatcher;

/** Shortens a text of a server or a library to one line, for messages. */
final class OneLine {
  private static final CharMatcher BREAKS =
      CharMatcher.javaIsoControl().or(CharMatcher.whitespace());
  private static final int MAX_LENGTH = 500;

  private OneLine() {}

  static String of(String text) {
    String line = BREAKS.trimAndCollapseFrom(text, ' ');
    return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "...";
  }
}
