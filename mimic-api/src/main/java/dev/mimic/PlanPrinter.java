package dev.mimic;

import static java.util.stream.Collectors.joining;

import dev.mimic.Candidate.Attempt;
import dev.mimic.Registry.Contribution;
import dev.mimic.flow.MessageText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The printer of one request. It prints a tree of the candidates, their attempts and the
 * derivations of their endpoints, or one line with the reason of a failure. The tree has no
 * secrets. The caller removes them from a line.
 */
final class PlanPrinter {
  /** The depth of the tree. A chain of derivations may be thousands long. */
  private static final int MAX_DEPTH = 40;

  /** The number of candidates, or of attempts, in one line. */
  private static final int MAX_LISTED = 8;

  /** The number of reasons why one key has no value. */
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
  private final Set<Key<?>> shown = new HashSet<>();
  private final StringBuilder tree = new StringBuilder();

  PlanPrinter(Request request) {
    this.request = request;
    line(0, request.asked());
  }

  /** Returns the plan of a request to connect. */
  Plan plan(List<Candidate> candidates) {
    List<String> connections = new ArrayList<>();
    for (Candidate candidate : candidates) {
      candidate.endpoints().forEach(each -> connections.add(hidden(candidate.describe(each))));
    }
    Optional<String> problem =
        connections.isEmpty() ? Optional.of(hidden(whyNotConnected(candidates))) : Optional.empty();
    return new Plan(request.asked(), connections, problem, connecting(candidates));
  }

  private String hidden(String text) {
    return request.secrets().hideIn(text);
  }

  // One line: the reason of a failure.

  /** Returns the reason why none of these candidates was connected to. */
  String whyNotConnected(List<Candidate> candidates) {
    String attempts = attempts(candidates);
    if (!attempts.isEmpty()) {
      return attempts;
    }
    if (candidates.isEmpty()) {
      return request
          .layers()
          .schemeName()
          .map("no protocol here carries \"%s\""::formatted)
          .orElse("no protocol is registered");
    }
    return listed(
        candidates.stream().filter(each -> each.insteadOf().isEmpty()).toList(),
        each ->
            (candidates.size() > 1 ? each.name() + ": " : "")
                + whyNoValue(each.endpointKey(), each.endpoint()));
  }

  /** Returns the attempts that failed, with the reasons; empty if there was none. */
  String attempts(List<Candidate> candidates) {
    List<Attempt> attempts = candidates.stream().flatMap(each -> each.attempts().stream()).toList();
    return listed(
        attempts, each -> (attempts.size() > 1 ? each.description() + ": " : "") + each.message());
  }

  private static <T> String listed(List<T> all, Function<T, String> text) {
    String some = all.stream().limit(MAX_LISTED).map(text).collect(joining("; "));
    int more = all.size() - MAX_LISTED;
    return more > 0 ? some + "; and %d more".formatted(more) : some;
  }

  /** Returns the reason why this key has no value. */
  String whyNoValue(Key<?> key, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Failed failed -> failed.failure().message();
      case Outcome.Absent absent -> String.join(", or ", whyAbsent(key));
      case Outcome.Explicit explicit -> key + " is given";
      case Outcome.Derived derived -> key + " is derived";
    };
  }

  /** Walks from the key to the missing keys, without recursion because a chain can be long. */
  private Set<String> whyAbsent(Key<?> start) {
    Set<String> reasons = new LinkedHashSet<>();
    Set<Key<?>> seen = new HashSet<>();
    Deque<Key<?>> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty() && reasons.size() < MAX_REASONS) {
      Key<?> key = open.removeFirst();
      if (seen.add(key) && request.resolution().lookUp(key) instanceof Outcome.Absent absent) {
        if (!absent.isTried()) {
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

  // The tree.

  /** Adds the candidates, and returns the tree. */
  String connecting(List<Candidate> candidates) {
    candidates.forEach(this::connecting);
    return print();
  }

  private void connecting(Candidate candidate) {
    heading(candidate.name(), candidate.why(), candidate.source());
    if (candidate.insteadOf().isPresent()) {
      line(2, "not tried: it is not secure, and %s is".formatted(candidate.insteadOf().get()));
      return;
    }
    for (Object endpoint : candidate.endpoints()) {
      line(2, "connects to " + candidate.describe(endpoint));
    }
    for (Attempt each : candidate.attempts()) {
      String after = MessageText.of(each.took());
      line(2, "%s failed after %s: %s".formatted(each.description(), after, each.message()));
    }
    key(2, candidate.endpointKey(), candidate.endpoint(), "");
  }

  /** Adds a protocol that listens. */
  void listening(Contribution<ListeningProtocol<?>> protocol, String why, Outcome place) {
    heading(protocol.what().name(), why, protocol.source());
    place.found().forEach(each -> line(2, "listens by " + described(protocol.what(), each)));
    key(2, protocol.what().listenKey(), place, "");
  }

  @SuppressWarnings("unchecked") // the place is kept under the protocol's own key
  private static <L> String described(ListeningProtocol<L> protocol, Object place) {
    return Printed.description(protocol.name(), () -> protocol.describe((L) place));
  }

  /** Adds the key of a request for a value, and returns the tree. */
  String value(Key<?> key, Outcome outcome) {
    key(1, key, outcome, "");
    return print();
  }

  /** Returns the tree so far. */
  String print() {
    return hidden(tree.substring(0, tree.length() - 1));
  }

  private void heading(String protocol, String why, String source) {
    line(1, "%s  (%s; by %s)".formatted(protocol, why, source));
  }

  private void key(int depth, Key<?> key, String otherwise) {
    Outcome outcome = request.resolution().lookUp(key);
    if (outcome == null) {
      line(depth, key + ": not asked for");
    } else {
      key(depth, key, outcome, otherwise);
    }
  }

  private void key(int depth, Key<?> key, Outcome outcome, String otherwise) {
    line(depth, key + summary(key, outcome, otherwise));
    if (!(outcome instanceof Outcome.Explicit) && shown.add(key)) {
      if (depth < MAX_DEPTH) {
        below(depth + 1, outcome);
      } else {
        line(depth + 1, "...");
      }
    }
  }

  private String summary(Key<?> key, Outcome outcome, String otherwise) {
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
              + (absent.isTried() ? "" : "  (nothing gives it)");
      case Outcome.Failed failed ->
          failed.failure().beganAt(key)
              ? ": failed: " + failed.failure().message()
              : ": failed, as %s did".formatted(failed.failure().key());
    };
  }

  /** An endpoint is shown as a connection by its protocol, and never by its own text. */
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
        skipped(depth, derived.before());
        inputs(depth, derived.by());
      }
      case Outcome.Absent absent -> skipped(depth, absent.skipped());
      case Outcome.Failed failed -> {
        skipped(depth, failed.before());
        line(depth, "%s  (by %s) failed".formatted(failed.by(), sourceOf(failed.by())));
        inputs(depth + 1, failed.by());
      }
    }
  }

  private void skipped(int depth, List<Outcome.Skipped> skipped) {
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
      key(depth, input.key(), input.defaultText());
    }
  }

  private void line(int depth, String text) {
    tree.append("  ".repeat(depth)).append(text).append('\n');
  }
}
