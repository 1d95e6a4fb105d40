package dev.mimic;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Prints candidates, what their endpoints come from, and what became of them, as a tree. */
final class PlanTree {
  /** Deeper than anybody reads; a chain of derivations may be thousands long. */
  private static final int MAX_DEPTH = 40;

  private final Request request;
  private final List<Story.Chapter> chapters;
  private final Set<Key<?>> shown = new HashSet<>();
  private final StringBuilder out = new StringBuilder();

  PlanTree(Request request, List<Story.Chapter> chapters) {
    this.request = request;
    this.chapters = chapters;
  }

  String print() {
    line(0, request.asked());
    chapters.forEach(this::candidate);
    return out.substring(0, out.length() - 1);
  }

  private void candidate(Story.Chapter chapter) {
    Candidate candidate = chapter.candidate();
    line(
        1,
        "%s  (%s; from %s)"
            .formatted(candidate.name(), candidate.why(), candidate.protocol().source()));
    if (candidate.downgrade()) {
      line(2, "not tried: it is not secure, and a secure protocol could have been it");
      return;
    }
    for (Object endpoint : candidate.endpoints()) {
      line(2, "connects to " + candidate.describe(endpoint));
    }
    for (Attempt attempt : chapter.attempts()) {
      line(
          2,
          "%s failed after %s: %s"
              .formatted(
                  attempt.description(), Durations.print(attempt.took()), attempt.message()));
    }
    key(2, candidate.endpointKey(), "");
  }

  private void key(int depth, Key<?> key, String otherwise) {
    Outcome outcome = request.resolution().lookUp(key);
    if (outcome == null) {
      line(depth, key + ": not asked for");
      return;
    }
    line(depth, key + said(key, outcome, otherwise));
    if (outcome instanceof Outcome.Explicit) {
      return;
    }
    boolean first = shown.add(key);
    if (!first) {
      return;
    }
    if (depth >= MAX_DEPTH) {
      line(depth + 1, "...");
      return;
    }
    below(depth + 1, outcome);
  }

  private String said(Key<?> key, Outcome outcome, String otherwise) {
    String again = shown.contains(key) ? "; see above" : "";
    return switch (outcome) {
      case Outcome.Explicit explicit ->
          shownValue(key, Printed.values(key, explicit.candidates()))
              + "  (from %s)".formatted(explicit.source());
      case Outcome.Derived derived ->
          shownValue(key, derived.secret() ? Printed.SECRET : Printed.value(derived.value()))
              + "  (%s; by %s%s)"
                  .formatted(derived.by(), request.registry().sourceOf(derived.by()), again);
      case Outcome.Absent absent ->
          (otherwise.isEmpty() ? ": missing" : otherwise)
              + (absent.skipped().isEmpty() ? "  (nothing gives it)" : "");
      case Outcome.Failed failed -> ": failed: " + failed.failure().message();
      case Outcome.Pending pending -> ": needs itself";
    };
  }

  /** An endpoint is shown by its protocol, as a connection, and never by itself. */
  private String shownValue(Key<?> key, String value) {
    return request.registry().protocols(key).isEmpty() ? " = " + value : "";
  }

  private void below(int depth, Outcome outcome) {
    switch (outcome) {
      case Outcome.Explicit explicit -> {}
      case Outcome.Derived derived -> {
        passedOver(depth, derived.before());
        inputs(depth, derived.by());
      }
      case Outcome.Absent absent -> passedOver(depth, absent.skipped());
      case Outcome.Failed failed -> {
        passedOver(depth, failed.before());
        if (failed.by() != null) {
          line(
              depth,
              failed.by() + "  (by %s) failed".formatted(request.registry().sourceOf(failed.by())));
          inputs(depth + 1, failed.by());
        }
      }
      case Outcome.Pending pending -> {}
    }
  }

  private void passedOver(int depth, List<Outcome.Skipped> skipped) {
    for (Outcome.Skipped each : skipped) {
      String source = request.registry().sourceOf(each.derivation());
      if (each.missing() == null) {
        line(depth, "not %s  (by %s): %s".formatted(each.derivation(), source, each.reason()));
      } else {
        line(
            depth,
            "not %s  (by %s): %s is missing".formatted(each.derivation(), source, each.missing()));
        key(depth + 1, each.missing(), "");
      }
    }
  }

  private void inputs(int depth, Derivation<?> derivation) {
    for (Input<?> input : derivation.inputs()) {
      key(depth, input.key(), input.otherwise());
    }
  }

  private void line(int depth, String text) {
    out.append("  ".repeat(depth)).append(text).append('\n');
  }
}
