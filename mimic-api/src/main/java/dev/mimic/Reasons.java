package dev.mimic;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Says in one line why a key has no value: what it was in the end that was missing. */
final class Reasons {
  private static final int MAX_REASONS = 3;

  private static final Map<Key<?>, String> PARTS_OF_AN_ADDRESS =
      Map.of(
          Address.USER, "user",
          Address.PASSWORD, "password",
          Address.HOST, "host",
          Address.PORT, "port",
          Address.PATH, "path",
          Address.QUERY, "query");

  private final Request request;

  Reasons(Request request) {
    this.request = request;
  }

  /** Returns why this key, with this outcome, has no value. */
  String why(Key<?> key, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Failed failed -> failed.failure().message();
      case Outcome.Absent absent -> String.join(", or ", leaves(key));
      case Outcome.Explicit explicit -> key + " is given";
      case Outcome.Derived derived -> key + " is derived";
    };
  }

  /** Walks from the key down to what nothing gives; a chain may be long, so without recursion. */
  private Set<String> leaves(Key<?> start) {
    Set<String> reasons = new LinkedHashSet<>();
    Set<Key<?>> seen = new HashSet<>();
    Deque<Key<?>> open = new ArrayDeque<>();
    open.add(start);
    while (!open.isEmpty() && reasons.size() < MAX_REASONS) {
      Key<?> key = open.removeFirst();
      if (seen.add(key) && request.resolution().known(key) instanceof Outcome.Absent absent) {
        if (absent.skipped().isEmpty()) {
          reasons.add(nothingGives(key));
        }
        for (Outcome.Skipped skipped : absent.skipped()) {
          if (skipped.missing() != null) {
            open.addLast(skipped.missing());
          } else {
            reasons.add("%s was declined: %s".formatted(key, skipped.reason()));
          }
        }
      }
    }
    return reasons;
  }

  private String nothingGives(Key<?> key) {
    String part = PARTS_OF_AN_ADDRESS.get(key);
    if (part == null || !request.isAddress()) {
      return "nothing gives \"%s\": put it into the context, or install a module that derives it"
          .formatted(key);
    }
    return key == Address.PORT
        ? "the address has no port, and its scheme no default one: add it, as in host:80"
        : "the address has no " + part;
  }
}
