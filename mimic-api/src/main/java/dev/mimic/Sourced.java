package dev.mimic;

import static java.util.Objects.requireNonNull;

/**
 * Something that was contributed, and who contributed it.
 *
 * @param what what it is
 * @param source who it is from, in words
 */
record Sourced<T>(T what, String source) {
  Sourced {
    requireNonNull(what, "what");
    requireNonNull(source, "source");
  }
}
