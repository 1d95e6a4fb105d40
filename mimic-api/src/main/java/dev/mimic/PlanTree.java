package dev.mimic;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Prints what was asked, what could be it, and what that is derived from, as a tree. */
final class PlanTree {
  /** Deeper than anybody reads; a chain of derivations may be thousands long. */
  private static final int MAX_DEPTH = 40;

  private final Request request;
  private final Set<Key<?>> shown = new HashSet<>();
  private final StringBuilder out = new StringBuilder();

  PlanTree(Request request) {
    this.request = request;
    line(0, request.asked());
  }

  /** Adds a protocol that connects, and what was tried with it. */
  PlanTree connecting(Candidate candidate, List<Attempt> attempts) {
    heading(candidate.name(), candidate.why().get(), candidate.protocol().source());
    if (candidate.insteadOf().isPresent()) {
      line(2, "not tried: it is not secure, and %s is".formatted(candidate.insteadOf().get()));
      return this;
    }
    for (Object endpoint : candidate.endpoints()) {
      line(2, "connects to " + candidate.describe(endpoint));
    }
    for (Attempt each : attempts) {
      String after = Durations.print(each.took());
      line(2, "%s failed after %s: %s".formatted(each.description(), after, each.message()));
    }
    key(2, candidate.endpointKey(), candidate.endpoint(), "");
    return this;
  }

  /** Adds a protocol that listens. */
  PlanTree listening(Sourced<ListeningProtocol<?>> protocol, String why) {
    heading(protocol.what().name(), why, protocol.source());
    Outcome outcome = request.resolution().known(protocol.what().listenKey());
    outcome.found().forEach(each -> line(2, "listens by " + described(protocol.what(), each)));
    key(2, protocol.what().listenKey(), outcome, "");
    return this;
  }

  /** Adds a key whose value is asked for by itself. */
  PlanTree value(Key<?> key) {
    key(1, key, "");
    return this;
  }

  @SuppressWarnings("unchecked") // the place is kept under the protocol's own key
  private static <L> String described(ListeningProtocol<L> protocol, Object place) {
    return Printed.description(protocol.name(), () -> protocol.describe((L) place));
  }

  String print() {
    return request.secrets().hideIn(out.substring(0, out.length() - 1));
  }

  private void heading(String protocol, String why, String source) {
    line(1, "%s  (%s; by %s)".formatted(protocol, why, source));
  }

  private void key(int depth, Key<?> key, String otherwise) {
    Outcome outcome = request.resolution().lookUp(key);
    if (outcome == null) {
      line(depth, key + ": not asked for");
      return;
    }
    key(depth, key, outcome, otherwise);
  }

  private void key(int depth, Key<?> key, Outcome outcome, String otherwise) {
    line(depth, key + said(key, outcome, otherwise));
    if (!(outcome instanceof Outcome.Explicit) && shown.add(key)) {
      if (depth < MAX_DEPTH) {
        below(depth + 1, outcome);
      } else {
        line(depth + 1, "...");
      }
    }
  }

  private String said(Key<?> key, Outcome outcome, String otherwise) {
    return switch (outcome) {
      case Outcome.Explicit explicit ->
          "%s  (from %s)"
              .formatted(value(key, Printed.values(explicit)), request.layers().sourceOf(key));
      case Outcome.Derived derived ->
          "%s  (from %s; by %s%s)"
              .formatted(
                  value(
                      key, derived.secret() ? Printed.SECRET : Printed.value(key, derived.value())),
                  derived.by().inputNames(),
                  sourceOf(derived.by()),
                  shown.contains(key) ? "; see above" : "");
      case Outcome.Absent absent ->
          (otherwise.isEmpty() ? ": missing" : otherwise)
              + (absent.skipped().isEmpty() ? "  (nothing gives it)" : "");
      case Outcome.Failed failed ->
          failed.failure().beganAt(key)
              ? ": failed: " + failed.failure().message()
              : ": failed, as %s did".formatted(failed.failure().key());
    };
  }

  /** An endpoint is shown by its protocol, as a connection, and never by itself. */
  private String value(Key<?> key, String text) {
    return request.registry().isEndpoint(key) ? "" : " = " + text;
  }

  private String sourceOf(Derivation<?> derivation) {
    return request.layers().sourceOf(derivation);
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
        line(depth, "%s  (by %s) failed".formatted(failed.by(), sourceOf(failed.by())));
        inputs(depth + 1, failed.by());
      }
    }
  }

  private void passedOver(int depth, List<Outcome.Skipped> skipped) {
    for (Outcome.Skipped each : skipped) {
      Key<?> missing = each.missing();
      String reason = missing == null ? each.reason() : missing + " is missing";
      line(
          depth,
          "not %s  (by %s): %s".formatted(each.derivation(), sourceOf(each.derivation()), reason));
      if (missing != null) {
        key(depth + 1, missing, "");
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
