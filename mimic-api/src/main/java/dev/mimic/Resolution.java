package dev.mimic;

import static java.util.Objects.requireNonNull;

import dev.mimic.Outcome.Skipped;
import dev.mimic.Registry.Contribution;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The choice of protocols for one request, and the derivation of the values that they need. Used by
 * one thread.
 *
 * <p>A resolution has three steps. This class takes the first two, {@link Request} the third.
 *
 * <ol>
 *   <li>{@linkplain #candidates Choose}. A scheme names its carrier, which is then the only
 *       candidate. A context without a scheme has as candidates the protocols whose endpoint has an
 *       explicit value; if there are none, all protocols. There, once the endpoint of a secure
 *       protocol was derived or failed, no protocol that is not secure is tried. The lower priority
 *       number is first, and of equal ones the later registered.
 *   <li>{@linkplain #outcome Derive} the endpoint of a candidate when it is reached, and only the
 *       values that this needs. An explicit value excludes derived ones. Otherwise the derivations
 *       of the key are asked, in the order of priority again.
 *       <ul>
 *         <li>After one that declines, or lacks a required input, the next is asked. If none gives
 *             a value, the key is absent: an input with a default takes the default, and an
 *             optional one is empty.
 *         <li>After one that throws, no other is asked. The key has failed, and so has each
 *             derivation and each candidate that asks for it.
 *         <li>One that needs its own result fails, with the path from the key back to itself.
 *       </ul>
 *       Each outcome is kept: a derivation runs at most once, whatever its outcome.
 *   <li>{@linkplain Request#connect Connect} to each endpoint of each candidate in turn, until one
 *       succeeds.
 * </ol>
 *
 * <p>Derivation is a depth-first walk from a key to its inputs, with a stack of its own: the length
 * of a chain is limited by memory, and not by the stack of the thread. The {@link Evaluation} on
 * top of the stack either proceeds by one step, or puts the evaluation of a key that it needs on
 * top. It asks for that key again once it is decided. A key that is asked for while it is on the
 * stack needs its own result. The cost is linear in the derivations and their inputs, in any order
 * of declaration.
 */
final class Resolution {
  private static final Object[] NONE = {};
  private static final String WITHHELD = "for a reason that is withheld, as a secret went into it";

  private final Layers layers;
  private final Registry registry;

  /** The keys that were asked for. */
  private final Map<Key<?>, Evaluation> evaluations = new HashMap<>();

  /** The evaluation on top of the stack: that of the key that is needed now. */
  private @Nullable Evaluation top;

  private Optional<String> secureOne = Optional.empty();
  private boolean secureOneIsKnown;
  private int steps;

  Resolution(Layers layers) {
    this.layers = layers;
    this.registry = layers.registry();
  }

  /** Returns the candidates, in order. Each is made when it is reached: the next may not be. */
  Iterator<Candidate> candidates() {
    if (layers.scheme().isPresent()) {
      Scheme scheme = layers.scheme().get();
      List<Contribution<Protocol<?>>> carriers = registry.protocols(scheme.carrier());
      return candidates(carriers.subList(0, Math.min(1, carriers.size())), scheme::naming, false);
    }
    List<Contribution<Protocol<?>>> given = layers.protocolsWithEndpoint();
    return given.isEmpty()
        ? candidates(registry.protocols(), () -> "one of all protocols", true)
        : candidates(given, () -> "its endpoint is given", false);
  }

  private Iterator<Candidate> candidates(
      List<Contribution<Protocol<?>>> protocols, Supplier<String> why, boolean mayNotDowngrade) {
    Iterator<Contribution<Protocol<?>>> rest = protocols.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rest.hasNext();
      }

      @Override
      public Candidate next() {
        Contribution<Protocol<?>> protocol = rest.next();
        Optional<String> insteadOf =
            mayNotDowngrade && !protocol.what().isSecure() ? secureOne() : Optional.empty();
        Outcome endpoint = insteadOf.isPresent() ? Outcome.Absent.UNTRIED : endpoint(protocol);
        return new Candidate(protocol, why, endpoint, insteadOf);
      }
    };
  }

  /** Returns the first secure protocol whose endpoint was derived or failed. */
  private Optional<String> secureOne() {
    if (!secureOneIsKnown) {
      secureOneIsKnown = true;
      secureOne =
          registry.protocols().stream()
              .filter(each -> each.what().isSecure())
              .filter(each -> !(endpoint(each) instanceof Outcome.Absent))
              .map(each -> each.what().name())
              .findFirst();
    }
    return secureOne;
  }

  private Outcome endpoint(Contribution<Protocol<?>> protocol) {
    return outcome(protocol.what().endpointKey());
  }

  /** Returns the outcome of the key, after deriving it if it was not asked for before. */
  Outcome outcome(Key<?> key) {
    Evaluation asked = evaluations.get(key);
    if (asked == null) {
      asked = begin(key);
    }
    while (top != null) {
      if (top.outcome == null) {
        top.step();
      } else {
        top = top.below;
      }
    }
    return requireNonNull(asked.outcome, "an empty stack leaves no key undecided");
  }

  /** Begins the evaluation of a key, which is on top of the stack then unless it is decided. */
  private Evaluation begin(Key<?> key) {
    Evaluation evaluation = new Evaluation(key);
    evaluations.put(key, evaluation);
    if (evaluation.outcome == null) {
      top = evaluation;
    }
    return evaluation;
  }

  /** The way from a key to its outcome: its derivations, and the arguments of the current one. */
  private final class Evaluation {
    private final Key<?> key;
    private final List<Derivation<?>> derivations;
    private final @Nullable Evaluation below; // on the stack: that of the key that needs this one
    private List<Skipped> skipped = List.of(); // those before the current one
    private Object[] arguments = NONE; // of the current one
    private int found; // the number of arguments so far
    private boolean secret; // whether the key is secret, or one of the arguments
    private @Nullable Outcome outcome; // null as long as it is on the stack

    Evaluation(Key<?> key) {
      this.key = key;
      this.below = top;
      this.secret = key.isSecret();
      this.outcome = layers.explicit(key);
      this.derivations = outcome == null ? layers.derivations(key) : List.of();
      if (outcome == null && derivations.isEmpty()) {
        outcome = Outcome.Absent.UNTRIED;
      }
    }

    /** Asks for the next argument, applies the current derivation, or finds that none is left. */
    void step() {
      if (skipped.size() == derivations.size()) {
        outcome = new Outcome.Absent(skipped);
      } else if (found == current().inputCount()) {
        apply();
      } else {
        ask(current().input(found));
      }
    }

    private Derivation<?> current() {
      return derivations.get(skipped.size());
    }

    private void ask(Input<?> input) {
      steps++;
      Evaluation known = evaluations.get(input.key());
      Evaluation needed = known == null ? begin(input.key()) : known;
      if (needed.outcome != null) {
        take(input, needed.outcome);
      } else if (known != null) {
        fail(cycle(known));
      }
    }

    private void take(Input<?> input, Outcome found) {
      switch (found) {
        case Outcome.Explicit explicit -> {
          if (explicit.values().size() == 1) {
            add(input.argument(explicit.first()), explicit.secret());
          } else {
            fail(severalValues(explicit));
          }
        }
        case Outcome.Derived derived -> add(input.argument(derived.value()), derived.secret());
        case Outcome.Failed failed -> fail(failed.failure());
        case Outcome.Absent absent -> {
          Object defaultArgument = input.defaultArgument(absent.isTried());
          if (defaultArgument == null) {
            skip(new Skipped(current(), input.key(), null));
          } else {
            add(defaultArgument, input.isDefaultSecret());
          }
        }
      }
    }

    private void add(Object argument, boolean isSecret) {
      if (found == 0) {
        arguments = new Object[current().inputCount()];
      }
      arguments[found++] = argument;
      secret |= isSecret;
    }

    private void skip(Skipped derivation) {
      if (skipped.isEmpty()) {
        skipped = new ArrayList<>();
      }
      skipped.add(derivation);
      arguments = NONE;
      found = 0;
      secret = key.isSecret();
    }

    private void apply() {
      Derivation<?> derivation = current();
      try {
        Verdict<?> verdict =
            requireNonNull(derivation.apply(arguments), () -> derivation + " gave no verdict");
        switch (verdict) {
          case Verdict.Given<?> given ->
              outcome = new Outcome.Derived(given.value(), derivation, secret, skipped);
          case Verdict.Declined<?> declined ->
              skip(new Skipped(derivation, null, secret ? WITHHELD : declined.reason()));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail(thrown(e));
      } catch (Exception e) {
        fail(thrown(e));
      }
    }

    private void fail(Outcome.Failure failure) {
      outcome = new Outcome.Failed(current(), failure, skipped);
    }

    private Outcome.Failure thrown(Exception e) {
      Exception cause = secret ? new WithheldException(e) : e;
      return new Outcome.Failure(key, "%s: %s".formatted(key, Printed.message(cause)), cause);
    }

    private Outcome.Failure cycle(Evaluation needed) {
      Deque<String> path = new ArrayDeque<>(List.of(needed.key.name()));
      for (Evaluation each = this; each != needed; each = requireNonNull(each.below)) {
        path.addFirst(each.key.name());
      }
      path.addFirst(needed.key.name());
      String names = Printed.path(List.copyOf(path));
      String message = "%s needs its own result: %s".formatted(key, names);
      return new Outcome.Failure(key, message, new IllegalStateException(message));
    }
  }

  private static Outcome.Failure severalValues(Outcome.Explicit explicit) {
    String message =
        "%s has %d candidates, and only the endpoint of a protocol may have more than one"
            .formatted(explicit.key(), explicit.values().size());
    return new Outcome.Failure(explicit.key(), message, new IllegalArgumentException(message));
  }

  /** Returns the number of times that an input was looked at: the cost, for a test to count. */
  int steps() {
    return steps;
  }

  /** Returns the outcome of the key; null if it was not asked for. */
  @Nullable Outcome lookUp(Key<?> key) {
    Evaluation evaluation = evaluations.get(key);
    return evaluation == null ? null : evaluation.outcome;
  }
}
