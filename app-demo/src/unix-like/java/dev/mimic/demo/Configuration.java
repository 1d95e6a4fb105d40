package dev.mimic.demo;

/** What this command was built for. */
final class Configuration {
  static final String NAME = "unix-like";

  private Configuration() {}
}
