package dev.mimic;

/**
 * What a resolution knows of a key: what was given, that nothing gives it, or who derives it. A
 * class, as telling the subclasses of one apart takes less time than those of an interface.
 */
abstract sealed class Finding permits Outcome.Explicit, Outcome.Absent, Frame {}
