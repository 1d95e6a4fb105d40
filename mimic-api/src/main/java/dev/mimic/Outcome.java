package dev.mimic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a resolution found out about one key. */
sealed interface Outcome {

  /** What was put into a context. */
  sealed interface Explicit extends Outcome, Finding {
    Key<?> key();

    /** Returns the value, the first if there are several. */
    Object first();

    /** Returns the place of its key among those that the context was given a value for. */
    int place();

    /** Returns this at another place. */
    Explicit at(int newPlace);
  }

  /** A value that was put into a context. */
  record One(Key<?> key, Object value, int place) implements Explicit {
    @Override
    public Object first() {
      return value;
    }

    @Override
    public One at(int newPlace) {
      return new One(key, value, newPlace);
    }
  }

  /** Several values that were put into a context, to be tried in this order. */
  record Several(Key<?> key, List<?> candidates, int place) implements Explicit {
    @Override
    public Object first() {
      return candidates.getFirst();
    }

    @Override
    public Several at(int newPlace) {
      return new Several(key, candidates, newPlace);
    }
  }

  /**
   * A value that a derivation gave.
   *
   * @param secret whether a secret went into it
   */
  record Derived(Object value, Derivation<?> by, boolean secret, List<Skipped> before)
      implements Outcome {}

  /** No value: every derivation of the key was passed over, or there is none. */
  record Absent(List<Skipped> skipped) implements Outcome, Finding {
    /** Nothing could give one. */
    static final Absent UNTRIED = new Absent(List.of());
  }

  /**
   * A failure, which fails whatever asks for the key.
   *
   * @param by the derivation that failed, or that asked for what had failed
   * @param failure the failure that it began with
   */
  record Failed(Derivation<?> by, Failure failure, List<Skipped> before) implements Outcome {}

  /**
   * A derivation that gave nothing, and was passed over.
   *
   * @param missing the required key that has no value; null if the derivation declined
   * @param reason why it declined; null if a key is missing
   */
  record Skipped(Derivation<?> derivation, @Nullable Key<?> missing, @Nullable String reason) {}

  /**
   * Where a failure began.
   *
   * @param key the key whose value could not be had
   * @param message what happened, without secrets
   * @param cause what was thrown, without secrets
   */
  record Failure(Key<?> key, String message, Exception cause) {
    boolean beganAt(Key<?> candidate) {
      return candidate == key;
    }
  }

  /** Returns the values, in order; none if there is nothing to be had. */
  default List<?> found() {
    return switch (this) {
      case One one -> List.of(one.value());
      case Several several -> several.candidates();
      case Derived d -> List.of(d.value());
      case Absent a -> List.of();
      case Failed f -> List.of();
    };
  }
}
