package dev.mimic;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key that is being derived: its derivations in order, and how far this has got. In the end it
 * holds what came of that.
 */
final class Frame implements Finding {
  /** That nothing came of it. */
  private enum Absence {
    ABSENCE
  }

  private final RuleGraph.Node node;
  private boolean begun;
  private @Nullable Frame below;
  private List<Outcome.Skipped> skipped = List.of();
  private int current; // the derivation
  private boolean secret; // whether a secret is among the arguments
  private @Nullable Object result; // a value, a failure, or absence

  Frame(RuleGraph.Node node) {
    this.node = node;
  }

  Key<?> key() {
    return node.key();
  }

  boolean hasBegun() {
    return begun;
  }

  /** Notes that this is being derived, for the frame below if there is one. */
  void begin(@Nullable Frame needs) {
    begun = true;
    below = needs;
  }

  /** Returns the frame that needs this one. */
  @Nullable Frame below() {
    return below;
  }

  /** Returns what came of it. */
  Outcome outcome() {
    if (result == null) {
      throw new IllegalStateException("%s is not decided yet".formatted(key()));
    }
    if (result instanceof Absence) {
      return new Outcome.Absent(skipped);
    }
    return result instanceof Outcome.Failure failure
        ? new Outcome.Failed(derivation(), failure, skipped)
        : new Outcome.Derived(result, derivation(), secret, skipped);
  }

  private Derivation<?> derivation() {
    return node.rules()[current].derivation();
  }

  /**
   * Goes on until it is known what comes of it, and returns null; or returns a frame that must run
   * before, and then this one again.
   */
  @Nullable Frame run(Resolution resolution) {
    RuleGraph.Rule[] rules = node.rules();
    while (result == null) {
      if (current == rules.length) {
        result = Absence.ABSENCE;
        return null;
      }
      Frame needed = tryRule(rules[current], resolution);
      if (needed != null) {
        return needed;
      }
    }
    return null;
  }

  /** Asks the current derivation, unless an input keeps it from that. */
  private @Nullable Frame tryRule(RuleGraph.Rule rule, Resolution resolution) {
    secret = key().isSecret();
    for (int i = 0; i < rule.inputCount(); i++) {
      Finding found = resolution.find(rule, i);
      if (found instanceof Frame frame && !frame.begun) {
        return frame;
      }
      Object argument = argument(rule.derivation().input(i), found, resolution);
      if (argument == null) {
        return null;
      }
      resolution.arguments()[i] = argument;
    }
    apply(rule.derivation(), resolution.arguments());
    return null;
  }

  /** Returns the argument that comes of this; null if the current derivation ends here. */
  private @Nullable Object argument(Input<?> input, Finding found, Resolution resolution) {
    switch (found) {
      case Frame frame -> {
        return argument(input, frame, resolution);
      }
      case Outcome.One one -> {
        secret |= input.key().isSecret();
        return input.present(one.value());
      }
      case Outcome.Several several -> {
        result = severalCandidates(several);
        return null;
      }
      case Outcome.Absent absent -> {
        return standIn(input, false);
      }
    }
  }

  private @Nullable Object argument(Input<?> input, Frame frame, Resolution resolution) {
    Object of = frame.result;
    if (of instanceof Absence) {
      return standIn(input, true);
    }
    if (of == null) {
      result = cycle(resolution.cycleTo(input.key()));
      return null;
    }
    if (of instanceof Outcome.Failure) {
      result = of;
      return null;
    }
    secret |= frame.secret;
    return input.present(of);
  }

  private @Nullable Object standIn(Input<?> input, boolean tried) {
    Object standIn = input.absent(tried);
    if (standIn == null) {
      skip(new Outcome.Skipped(derivation(), input.key(), null));
    } else {
      secret |= input.standInIsSecret();
    }
    return standIn;
  }

  /** Goes on to the next derivation. */
  private void skip(Outcome.Skipped what) {
    if (skipped.isEmpty()) {
      skipped = new ArrayList<>();
    }
    skipped.add(what);
    current++;
  }

  private void apply(Derivation<?> derivation, Object[] arguments) {
    try {
      Verdict<?> verdict = derivation.apply(arguments);
      switch (verdict) {
        case Verdict.Given<?> given -> result = given.value();
        case Verdict.Declined<?> declined ->
            skip(new Outcome.Skipped(derivation, null, secret ? WITHHELD : declined.reason()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      result = thrown(e);
    } catch (Exception e) {
      result = thrown(e);
    }
  }

  private static final String WITHHELD = "for a reason that is withheld, as a secret went into it";

  private Outcome.Failure thrown(Exception e) {
    Exception cause = secret ? new WithheldException(e) : e;
    return new Outcome.Failure(key(), "%s: %s".formatted(key(), Printed.message(cause)), cause);
  }

  private Outcome.Failure cycle(String path) {
    String message = "%s needs its own result: %s".formatted(key(), path);
    return new Outcome.Failure(key(), message, new IllegalStateException(message));
  }

  private static Outcome.Failure severalCandidates(Outcome.Several several) {
    String message =
        "%s has %d candidates, and only the endpoint of a protocol may have more than one"
            .formatted(several.key(), several.candidates().size());
    return new Outcome.Failure(several.key(), message, new IllegalArgumentException(message));
  }
}
