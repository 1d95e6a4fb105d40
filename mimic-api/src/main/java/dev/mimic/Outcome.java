package dev.mimic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a resolution found out about one key. */
sealed interface Outcome {

  /** What was put into a context. */
  abstract sealed class Explicit extends Finding implements Outcome {
    private final Key<?> key;
    private final int place;

    private Explicit(Key<?> key, int place) {
      this.key = key;
      this.place = place;
    }

    Key<?> key() {
      return key;
    }

    /** Returns the place of its key among those that the context was given a value for. */
    int place() {
      return place;
    }

    /** Returns whether it is never shown: because of its key, or of the address it is from. */
    boolean isSecret() {
      return key.isSecret();
    }

    /** Returns the value, the first if there are several. */
    abstract Object first();

    /** Returns this at another place. */
    abstract Explicit at(int newPlace);
  }

  /** A value that was put into a context. */
  final class One extends Explicit {
    private final Object value;
    private final boolean secret;

    One(Key<?> key, Object value, int place) {
      this(key, value, place, key.isSecret());
    }

    One(Key<?> key, Object value, int place, boolean secret) {
      super(key, place);
      this.value = value;
      this.secret = secret;
    }

    @Override
    boolean isSecret() {
      return secret;
    }

    @Override
    Object first() {
      return value;
    }

    @Override
    One at(int newPlace) {
      return new One(key(), value, newPlace, secret);
    }
  }

  /** Several values that were put into a context, to be tried in this order. */
  final class Several extends Explicit {
    private final List<?> candidates;

    Several(Key<?> key, List<?> candidates, int place) {
      super(key, place);
      this.candidates = candidates;
    }

    List<?> candidates() {
      return candidates;
    }

    @Override
    Object first() {
      return candidates.getFirst();
    }

    @Override
    Several at(int newPlace) {
      return new Several(key(), candidates, newPlace);
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
  final class Absent extends Finding implements Outcome {
    /** Nothing could give one. */
    static final Absent UNTRIED = new Absent(List.of());

    private final List<Skipped> skipped;

    Absent(List<Skipped> skipped) {
      this.skipped = skipped;
    }

    List<Skipped> skipped() {
      return skipped;
    }
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
      case One one -> List.of(one.first());
      case Several several -> several.candidates();
      case Derived d -> List.of(d.value());
      case Absent a -> List.of();
      case Failed f -> List.of();
    };
  }
}
