package dev.mimic;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A rule that makes one value out of others.
 *
 * <p>Its function is pure and quick and does no I/O: a plan runs it too. It runs at most once in a
 * resolution, and only when a candidate needs its key. It gives a value, or declines with a reason,
 * and then the next derivation of the key is asked; or it throws, and then every candidate that
 * asked for the key fails.
 *
 * <pre>{@code
 * Derivation.of(ENDPOINT, required(Address.HOST), withDefault(Address.PORT, 4000),
 *     (host, port) -> Verdict.of(new HostPort(host, port)));
 * }</pre>
 *
 * <p>Immutable, and equal by identity.
 *
 * @param <T> the type of the value that is made
 */
public final class Derivation<T> {
  private final Key<T> key;
  private final Input<?>[] inputs;
  private final Function<T> function;
  private final int priority;

  private Derivation(Key<T> key, Input<?>[] inputs, Function<T> function, int priority) {
    this.key = requireNonNull(key, "key");
    this.inputs = inputs;
    this.function = function;
    this.priority = priority;
  }

  /** Returns the input that must have a value: without one, this derivation is passed over. */
  public static <A> Input<A> required(Key<A> key) {
    return new Input.Required<>(key);
  }

  /** Returns the input that may have no value. */
  public static <A> Input<Optional<A>> optional(Key<A> key) {
    return new Input.Maybe<>(key);
  }

  /** Returns the input that has this value if it has no other. */
  public static <A> Input<A> withDefault(Key<A> key, A value) {
    return new Input.WithDefault<>(key, requireNonNull(value, "value"), true);
  }

  /**
   * Returns the input that has this value if nothing in the deployment even tries to make one.
   * Where something does and cannot, the input is missing: so it is with {@link Network#HOPS},
   * which must not become none.
   */
  public static <A> Input<A> withDefaultUnlessTried(Key<A> key, A value) {
    return new Input.WithDefault<>(key, requireNonNull(value, "value"), false);
  }

  /**
   * Returns this derivation with another place among those of its key: the lower number is asked
   * first, and of equal ones the later registered. It is 0 at first.
   */
  public Derivation<T> priority(int lowerIsFirst) {
    return new Derivation<>(key, inputs, function, lowerIsFirst);
  }

  /** Returns the key of the value that is made. */
  public Key<T> key() {
    return key;
  }

  List<Input<?>> inputs() {
    return List.of(inputs);
  }

  int inputCount() {
    return inputs.length;
  }

  Input<?> input(int index) {
    return inputs[index];
  }

  int priority() {
    return priority;
  }

  /** Applies the function to its arguments. */
  Verdict<T> apply(Object[] arguments) throws Exception {
    return function.apply(arguments);
  }

  /** Returns the rule, such as {@code endpoint from host, port?}. */
  @Override
  public String toString() {
    return key + " from " + inputNames();
  }

  /** Returns the inputs, such as {@code host, port?}. */
  String inputNames() {
    return Stream.of(inputs).map(Input::toString).collect(Collectors.joining(", "));
  }

  private static Input<?>[] inputs(Input<?>... inOrder) {
    for (Input<?> each : inOrder) {
      requireNonNull(each, "input");
    }
    return inOrder;
  }

  /** A derivation's function, whatever its number of inputs. */
  @FunctionalInterface
  private interface Function<T> {
    /** Applies the function to its arguments. */
    Verdict<T> apply(Object[] arguments) throws Exception;
  }

  /** Returns a derivation from one input. */
  @SuppressWarnings("unchecked") // an argument comes from the input at its place
  public static <T, A> Derivation<T> of(Key<T> key, Input<A> a, F1<A, T> function) {
    return new Derivation<>(key, inputs(a), in -> function.apply((A) in[0]), 0);
  }

  /** Returns a derivation from two inputs. */
  @SuppressWarnings("unchecked") // an argument comes from the input at its place
  public static <T, A, B> Derivation<T> of(
      Key<T> key, Input<A> a, Input<B> b, F2<A, B, T> function) {
    return new Derivation<>(key, inputs(a, b), in -> function.apply((A) in[0], (B) in[1]), 0);
  }

  /** Returns a derivation from three inputs. */
  @SuppressWarnings("unchecked") // an argument comes from the input at its place
  public static <T, A, B, C> Derivation<T> of(
      Key<T> key, Input<A> a, Input<B> b, Input<C> c, F3<A, B, C, T> function) {
    return new Derivation<>(
        key, inputs(a, b, c), in -> function.apply((A) in[0], (B) in[1], (C) in[2]), 0);
  }

  /** Returns a derivation from four inputs. */
  @SuppressWarnings("unchecked") // an argument comes from the input at its place
  public static <T, A, B, C, D> Derivation<T> of(
      Key<T> key, Input<A> a, Input<B> b, Input<C> c, Input<D> d, F4<A, B, C, D, T> function) {
    return new Derivation<>(
        key,
        inputs(a, b, c, d),
        in -> function.apply((A) in[0], (B) in[1], (C) in[2], (D) in[3]),
        0);
  }

  /** Returns a derivation from five inputs. */
  @SuppressWarnings("unchecked") // an argument comes from the input at its place
  public static <T, A, B, C, D, E> Derivation<T> of(
      Key<T> key,
      Input<A> a,
      Input<B> b,
      Input<C> c,
      Input<D> d,
      Input<E> e,
      F5<A, B, C, D, E, T> function) {
    return new Derivation<>(
        key,
        inputs(a, b, c, d, e),
        in -> function.apply((A) in[0], (B) in[1], (C) in[2], (D) in[3], (E) in[4]),
        0);
  }

  /** Returns a derivation from six inputs. */
  @SuppressWarnings("unchecked") // an argument comes from the input at its place
  public static <T, A, B, C, D, E, F> Derivation<T> of(
      Key<T> key,
      Input<A> a,
      Input<B> b,
      Input<C> c,
      Input<D> d,
      Input<E> e,
      Input<F> f,
      F6<A, B, C, D, E, F, T> function) {
    return new Derivation<>(
        key,
        inputs(a, b, c, d, e, f),
        in -> function.apply((A) in[0], (B) in[1], (C) in[2], (D) in[3], (E) in[4], (F) in[5]),
        0);
  }

  /** Returns a derivation from seven inputs. */
  @SuppressWarnings("unchecked") // an argument comes from the input at its place
  public static <T, A, B, C, D, E, F, G> Derivation<T> of(
      Key<T> key,
      Input<A> a,
      Input<B> b,
      Input<C> c,
      Input<D> d,
      Input<E> e,
      Input<F> f,
      Input<G> g,
      F7<A, B, C, D, E, F, G, T> function) {
    return new Derivation<>(
        key,
        inputs(a, b, c, d, e, f, g),
        in ->
            function.apply(
                (A) in[0], (B) in[1], (C) in[2], (D) in[3], (E) in[4], (F) in[5], (G) in[6]),
        0);
  }

  /** Returns a derivation from eight inputs. */
  @SuppressWarnings("unchecked") // an argument comes from the input at its place
  public static <T, A, B, C, D, E, F, G, H> Derivation<T> of(
      Key<T> key,
      Input<A> a,
      Input<B> b,
      Input<C> c,
      Input<D> d,
      Input<E> e,
      Input<F> f,
      Input<G> g,
      Input<H> h,
      F8<A, B, C, D, E, F, G, H, T> function) {
    return new Derivation<>(
        key,
        inputs(a, b, c, d, e, f, g, h),
        in ->
            function.apply(
                (A) in[0], (B) in[1], (C) in[2], (D) in[3], (E) in[4], (F) in[5], (G) in[6],
                (H) in[7]),
        0);
  }

  /**
   * A function of one input.
   *
   * @param <A> input 1
   * @param <T> what is made
   */
  @FunctionalInterface
  public interface F1<A, T> {
    /** Gives a value, or declines, or fails. */
    Verdict<T> apply(A a) throws Exception;
  }

  /**
   * A function of two inputs.
   *
   * @param <A> input 1
   * @param <B> input 2
   * @param <T> what is made
   */
  @FunctionalInterface
  public interface F2<A, B, T> {
    /** Gives a value, or declines, or fails. */
    Verdict<T> apply(A a, B b) throws Exception;
  }

  /**
   * A function of three inputs.
   *
   * @param <A> input 1
   * @param <B> input 2
   * @param <C> input 3
   * @param <T> what is made
   */
  @FunctionalInterface
  public interface F3<A, B, C, T> {
    /** Gives a value, or declines, or fails. */
    Verdict<T> apply(A a, B b, C c) throws Exception;
  }

  /**
   * A function of four inputs.
   *
   * @param <A> input 1
   * @param <B> input 2
   * @param <C> input 3
   * @param <D> input 4
   * @param <T> what is made
   */
  @FunctionalInterface
  public interface F4<A, B, C, D, T> {
    /** Gives a value, or declines, or fails. */
    Verdict<T> apply(A a, B b, C c, D d) throws Exception;
  }

  /**
   * A function of five inputs.
   *
   * @param <A> input 1
   * @param <B> input 2
   * @param <C> input 3
   * @param <D> input 4
   * @param <E> input 5
   * @param <T> what is made
   */
  @FunctionalInterface
  public interface F5<A, B, C, D, E, T> {
    /** Gives a value, or declines, or fails. */
    Verdict<T> apply(A a, B b, C c, D d, E e) throws Exception;
  }

  /**
   * A function of six inputs.
   *
   * @param <A> input 1
   * @param <B> input 2
   * @param <C> input 3
   * @param <D> input 4
   * @param <E> input 5
   * @param <F> input 6
   * @param <T> what is made
   */
  @FunctionalInterface
  public interface F6<A, B, C, D, E, F, T> {
    /** Gives a value, or declines, or fails. */
    Verdict<T> apply(A a, B b, C c, D d, E e, F f) throws Exception;
  }

  /**
   * A function of seven inputs.
   *
   * @param <A> input 1
   * @param <B> input 2
   * @param <C> input 3
   * @param <D> input 4
   * @param <E> input 5
   * @param <F> input 6
   * @param <G> input 7
   * @param <T> what is made
   */
  @FunctionalInterface
  public interface F7<A, B, C, D, E, F, G, T> {
    /** Gives a value, or declines, or fails. */
    Verdict<T> apply(A a, B b, C c, D d, E e, F f, G g) throws Exception;
  }

  /**
   * A function of eight inputs.
   *
   * @param <A> input 1
   * @param <B> input 2
   * @param <C> input 3
   * @param <D> input 4
   * @param <E> input 5
   * @param <F> input 6
   * @param <G> input 7
   * @param <H> input 8
   * @param <T> what is made
   */
  @FunctionalInterface
  public interface F8<A, B, C, D, E, F, G, H, T> {
    /** Gives a value, or declines, or fails. */
    Verdict<T> apply(A a, B b, C c, D d, E e, F f, G g, H h) throws Exception;
  }
}
