package dev.mimic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a resolution found out about one key. */
sealed interface Outcome {

  /**
   * Values that were put into the context.
   *
   * @param candidates at least one
   * @param source who put them there
   */
  record Explicit(Key<?> key, List<?> candidates, String source) implements Outcome {}

  /**
   * A value that a derivation gave.
   *
   * @param secret whether a secret went into it
   */
  record Derived(Object value, Derivation<?> by, boolean secret, List<Skipped> before)
      implements Outcome {}

  /** No value: every derivation of the key was passed over, or there is none. */
  record Absent(List<Skipped> skipped) implements Outcome {}

  /**
   * A failure, which fails whatever asks for the key.
   *
   * @param by the derivation that failed, or that asked for what had failed
   * @param failure the failure that it began with
   */
  record Failed(Derivation<?> by, Failure failure, List<Skipped> before) implements Outcome {}

  /** Not yet known, for something that it may need is being looked for. */
  enum Pending implements Outcome {
    PENDING
  }

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
      case Explicit e -> e.candidates();
      case Derived d -> List.of(d.value());
      case Absent a -> List.of();
      case Failed f -> List.of();
      case Pending p -> List.of();
    };
  }
}
