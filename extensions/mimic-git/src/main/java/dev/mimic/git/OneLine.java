package dev.mimic.git;

import com.google.common.base.CharMatcher;

/** Makes what a server, or a library, has said into a part of a message of one line. */
final class OneLine {
  private static final CharMatcher BREAKS =
      CharMatcher.javaIsoControl().or(CharMatcher.whitespace());
  private static final int LONGEST = 500;

  private OneLine() {}

  static String of(String said) {
    String line = BREAKS.trimAndCollapseFrom(said, ' ');
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }
}
