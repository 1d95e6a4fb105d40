package dev.mimic.guice;

/** Names of modules as people know them. */
final class SourceNames {
  private SourceNames() {}

  /** Returns the last part of a class's name; for one without a name, that of what encloses it. */
  static String of(String className) {
    String named = className.replaceAll("(\\$\\d+)+$", "");
    return named.substring(Math.max(named.lastIndexOf('.'), named.lastIndexOf('$')) + 1);
  }
}
