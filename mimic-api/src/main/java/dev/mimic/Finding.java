package dev.mimic;

/** What a resolution knows of a key: what was given, that nothing gives it, or who derives it. */
sealed interface Finding permits Outcome.Explicit, Outcome.Absent, Frame {}
