package dev.mimic;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key that is being derived: its derivations in order, and how far this has got. In the end it
 * holds what came of that.
 */
final class Frame extends Finding {
  /** That nothing came of it. */
  private enum Absence {
    ABSENCE
  }

  private static final Object[] NOTHING = {};

  private final RuleGraph.Node node;
  private boolean begun;
  private @Nullable Frame below;
  private List<Outcome.Skipped> skipped = List.of();
  private int current; // the derivation
  private Object[] arguments = NOTHING; // of the current derivation
  private int taken; // how many of them are there
  private boolean secret; // whether a secret is among them
  private @Nullable Object result; // a value, a failure, or absence

  Frame(RuleGraph.Node node) {
    this.node = node;
    this.secret = node.key().isSecret();
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
   * before, be {@linkplain #take taken}, and then this one run again.
   */
  @Nullable Frame run(Resolution resolution) {
    RuleGraph.Rule[] rules = node.rules();
    while (result == null) {
      if (current == rules.length) {
        result = Absence.ABSENCE;
      } else if (taken == rules[current].inputCount()) {
        apply(rules[current].derivation());
      } else {
        Finding found = resolution.find(rules[current], taken);
        if (found instanceof Frame frame && !frame.begun) {
          return frame;
        }
        take(found, resolution);
      }
    }
    return null;
  }

  /** Takes what was found of the next input, which may be the end of the current derivation. */
  void take(Finding found, Resolution resolution) {
    Derivation<?> derivation = derivation();
    Object argument = argument(derivation.input(taken), found, resolution);
    if (argument == null) {
      return;
    }
    if (arguments.length < derivation.inputCount()) {
      arguments = new Object[derivation.inputCount()];
    }
    arguments[taken++] = argument;
  }

  /** Returns the argument that comes of this; null if the current derivation ends here. */
  private @Nullable Object argument(Input<?> input, Finding found, Resolution resolution) {
    if (found instanceof Frame frame) {
      return argument(input, frame, resolution);
    }
    if (found instanceof Outcome.One one) {
      secret |= one.isSecret();
      return input.present(one.first());
    }
    if (found instanceof Outcome.Several several) {
      result = severalCandidates(several);
      return null;
    }
    return standIn(input, false);
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
    taken = 0;
    secret = key().isSecret();
  }

  private void apply(Derivation<?> derivation) {
    try {
      Verdict<?> verdict = derivation.apply(arguments);
      if (verdict instanceof Verdict.Given<?> given) {
        result = given.value();
      } else {
        String reason = ((Verdict.Declined<?>) verdict).reason(); // there is no third kind
        skip(new Outcome.Skipped(derivation, null, secret ? WITHHELD : reason));
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
