package dev.mimic.guice;

/** Short names of module classes, for messages. */
final class SourceNames {
  private SourceNames() {}

  /** Returns the simple name of a class; for an anonymous class, that of the enclosing class. */
  static String of(String className) {
    String named = className.replaceAll("(\\$\\d+)+$", "");
    return named.substring(Math.max(named.lastIndexOf('.'), named.lastIndexOf('$')) + 1);
  }
}
