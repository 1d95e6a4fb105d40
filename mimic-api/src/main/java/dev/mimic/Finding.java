package dev.mimic;

/**
 * What a resolution knows of a key: what was given, that nothing gives it, or who derives it. A
 * class, as a store into an array of a class is checked by a comparison, and of an interface by a
 * search.
 */
abstract sealed class Finding permits Outcome.Explicit, Outcome.Absent, Frame {}
