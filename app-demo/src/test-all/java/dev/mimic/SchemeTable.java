package dev.mimic;

import java.util.Map;

/** Access for tests to the table of schemes that error messages name a module for. */
public final class SchemeTable {
  private SchemeTable() {}

  /** Returns the schemes, each with the module that serves it. */
  public static Map<String, String> modules() {
    return UnknownSchemeException.MODULES;
  }
}
