package dev.mimic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One key that is being derived: its derivations in order, and how far the current one has got. */
final class Frame {
  private final Key<?> key;
  private final List<Derivation<?>> derivations;
  private List<Outcome.Skipped> skipped = List.of();
  private int current;
  private Object[] arguments = {};
  private int ready;
  private boolean secret;
  private @Nullable Outcome outcome;

  Frame(Key<?> key, List<Derivation<?>> derivations) {
    this.key = key;
    this.derivations = derivations;
  }

  Key<?> key() {
    return key;
  }

  Outcome outcome() {
    if (outcome == null) {
      throw new IllegalStateException("%s is not decided yet".formatted(key));
    }
    return outcome;
  }

  /**
   * Goes on until the outcome is known, and returns null; or returns a key that must be looked for
   * first.
   */
  @Nullable Key<?> run(Resolution resolution) {
    while (outcome == null) {
      if (current == derivations.size()) {
        outcome = new Outcome.Absent(skipped);
        return null;
      }
      Derivation<?> derivation = derivations.get(current);
      int count = derivation.inputs().size();
      if (ready == 0) {
        arguments = new Object[count];
        secret = key.isSecret();
      }
      while (ready < count) {
        Input<?> input = derivation.inputs().get(ready);
        Outcome known = resolution.lookUp(input.key());
        if (known == null) {
          return input.key();
        }
        if (!take(input, known, resolution)) {
          break;
        }
      }
      if (outcome == null && ready == count) {
        apply(derivation);
      }
    }
    return null;
  }

  /** Makes an argument of what is known; false if the current derivation ends here. */
  private boolean take(Input<?> input, Outcome known, Resolution resolution) {
    switch (known) {
      case Outcome.Derived derived -> accept(input.present(derived.value()), derived.secret());
      case Outcome.Explicit explicit -> {
        if (explicit.candidates().size() > 1) {
          failOf(severalCandidates(explicit));
          return false;
        }
        accept(input.present(explicit.candidates().getFirst()), explicit.key().isSecret());
      }
      case Outcome.Absent absent -> {
        Optional<Object> standIn = input.absent(!absent.skipped().isEmpty());
        if (standIn.isEmpty()) {
          skip(new Outcome.Skipped(derivations.get(current), input.key(), null));
          return false;
        }
        accept(standIn.get(), input.standInIsSecret());
      }
      case Outcome.Failed failed -> {
        failOf(failed.failure());
        return false;
      }
      case Outcome.Pending pending -> {
        failOf(cycle(resolution.cycleTo(input.key())));
        return false;
      }
    }
    return true;
  }

  private void accept(Object argument, boolean isSecret) {
    arguments[ready++] = argument;
    secret |= isSecret;
  }

  private void skip(Outcome.Skipped what) {
    if (skipped.isEmpty()) {
      skipped = new ArrayList<>();
    }
    skipped.add(what);
    current++;
    ready = 0;
  }

  private void failOf(Outcome.Failure failure) {
    outcome = new Outcome.Failed(derivations.get(current), failure, skipped);
  }

  private void apply(Derivation<?> derivation) {
    try {
      Verdict<?> verdict = derivation.apply(arguments);
      switch (verdict) {
        case Verdict.Given<?> given ->
            outcome = new Outcome.Derived(given.value(), derivation, secret, skipped);
        case Verdict.Declined<?> declined ->
            skip(new Outcome.Skipped(derivation, null, secret ? WITHHELD : declined.reason()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failOf(thrown(e));
    } catch (Exception e) {
      failOf(thrown(e));
    }
  }

  private static final String WITHHELD = "for a reason that is withheld, as a secret went into it";

  private Outcome.Failure thrown(Exception e) {
    Exception cause = secret ? new WithheldException(e) : e;
    return new Outcome.Failure(key, "%s: %s".formatted(key, Printed.message(cause)), cause);
  }

  private Outcome.Failure cycle(String path) {
    String message = "%s needs its own result: %s".formatted(key, path);
    return new Outcome.Failure(key, message, new IllegalStateException(message));
  }

  private static Outcome.Failure severalCandidates(Outcome.Explicit explicit) {
    String message =
        "%s has %d candidates, and only the endpoint of a protocol may have more than one"
            .formatted(explicit.key(), explicit.candidates().size());
    return new Outcome.Failure(explicit.key(), message, new IllegalArgumentException(message));
  }
}
