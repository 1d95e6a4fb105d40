package dev.mimic;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A rule that computes one value from others.
 *
 * <p>Its function is pure and quick and does no I/O: a plan runs it too. It runs at most once in a
 * resolution, and only when a candidate needs its key. It gives a value, or declines with a reason,
 * and then the next derivation of the key is asked. If it throws, every candidate that asked for
 * the key fails.
 *
 * <pre>{@code
 * Derivation.of(ENDPOINT, required(Address.HOST), withDefault(Address.PORT, 4000),
 *     (host, port) -> Verdict.of(new HostPort(host, port)));
 * }</pre>
 *
 * <p>A derivation of more than three inputs is built. An input is also the handle of its value, so
 * that the function can only read what plans show:
 *
 * <pre>{@code
 * Derivation.Builder<Endpoint> endpoint = Derivation.builder(ENDPOINT);
 * Input<Network> network = endpoint.input(required(Network.KEY));
 * Input<String> host = endpoint.input(required(Address.HOST));
 * Input<Integer> port = endpoint.input(required(Address.PORT));
 * Input<String> answer = endpoint.input(withDefault(ANSWER, "pong"));
 * return endpoint.build(
 *     in ->
 *         Verdict.of(
 *             new Endpoint(
 *                 in.get(network), new HostPort(in.get(host), in.get(port)), in.get(answer))));
 * }</pre>
 *
 * <p>Immutable, and equal by identity.
 *
 * @param <T> the type of the value
 */
public final class Derivation<T> {
  private final Key<T> key;
  private final List<Input<?>> inputs;
  private final Map<Input<?>, Integer> places;
  private final Function<T> function;
  private final int priority;

  private Derivation(Key<T> key, List<Input<?>> inputs, Function<T> function) {
    this.key = requireNonNull(key, "key");
    this.inputs = List.copyOf(inputs);
    this.places = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      places.put(inputs.get(i), i);
    }
    this.function = requireNonNull(function, "function");
    this.priority = 0;
  }

  private Derivation(Derivation<T> other, int priority) {
    this.key = other.key;
    this.inputs = other.inputs;
    this.places = other.places;
    this.function = other.function;
    this.priority = priority;
  }

  /** Returns a derivation from one input. */
  public static <T, A> Derivation<T> of(Key<T> key, Input<A> a, F1<A, T> function) {
    return new Derivation<>(key, List.of(a), in -> function.apply(in.get(a)));
  }

  /** Returns a derivation from two inputs. */
  public static <T, A, B> Derivation<T> of(
      Key<T> key, Input<A> a, Input<B> b, F2<A, B, T> function) {
    return new Derivation<>(key, List.of(a, b), in -> function.apply(in.get(a), in.get(b)));
  }

  /** Returns a derivation from three inputs. */
  public static <T, A, B, C> Derivation<T> of(
      Key<T> key, Input<A> a, Input<B> b, Input<C> c, F3<A, B, C, T> function) {
    return new Derivation<>(
        key, List.of(a, b, c), in -> function.apply(in.get(a), in.get(b), in.get(c)));
  }

  /** Returns a builder of a derivation from any number of inputs. */
  public static <T> Builder<T> builder(Key<T> key) {
    return new Builder<>(key);
  }

  /** Returns an input that must have a value: without one, this derivation is skipped. */
  public static <A> Input<A> required(Key<A> key) {
    return new Input.Required<>(key);
  }

  /** Returns an input that may have no value. */
  public static <A> Input<Optional<A>> optional(Key<A> key) {
    return new Input.Maybe<>(key);
  }

  /** Returns an input that has this value if it has no other. */
  public static <A> Input<A> withDefault(Key<A> key, A value) {
    return new Input.WithDefault<>(key, requireNonNull(value, "value"), true);
  }

  /**
   * Returns an input that has this value if nothing in the deployment derives one. If derivations
   * of the key exist and none gives a value, the input is missing. {@link Network#HOPS} is such an
   * input: hops that cannot be derived must not become a direct connection.
   */
  public static <A> Input<A> withDefaultUnlessTried(Key<A> key, A value) {
    return new Input.WithDefault<>(key, requireNonNull(value, "value"), false);
  }

  /**
   * Returns this derivation with another priority among those of its key. The lower number is asked
   * first, and of equal ones the later registered. Defaults to 0, as {@link Protocol#priority}
   * does.
   */
  public Derivation<T> priority(int lowerIsFirst) {
    return new Derivation<>(this, lowerIsFirst);
  }

  /** Returns the key of the value. */
  public Key<T> key() {
    return key;
  }

  List<Input<?>> inputs() {
    return inputs;
  }

  int inputCount() {
    return inputs.size();
  }

  Input<?> input(int index) {
    return inputs.get(index);
  }

  int priority() {
    return priority;
  }

  /** Applies the function to the values of the inputs, in order. */
  Verdict<T> apply(Object[] values) throws Exception {
    return function.apply(new Arguments(this, values));
  }

  /** Returns the rule, such as {@code endpoint from host, port?}. */
  @Override
  public String toString() {
    return key + " from " + inputNames();
  }

  /** Returns the inputs, such as {@code host, port?}. */
  String inputNames() {
    return inputs.stream().map(Input::toString).collect(Collectors.joining(", "));
  }

  /**
   * A builder of a derivation from any number of inputs. Not thread-safe.
   *
   * @param <T> the type of the value
   */
  public static final class Builder<T> {
    private final Key<T> key;
    private final List<Input<?>> inputs = new ArrayList<>();

    private Builder(Key<T> key) {
      this.key = requireNonNull(key, "key");
    }

    /** Adds an input, and returns it: {@link Arguments#get} reads its value. */
    public <A> Input<A> input(Input<A> input) {
      inputs.add(requireNonNull(input, "input"));
      return input;
    }

    /** Returns a derivation from the inputs that were added so far. */
    public Derivation<T> build(Function<T> function) {
      return new Derivation<>(key, inputs, function);
    }
  }

  /** The values of a derivation's inputs in one resolution. Immutable. */
  public static final class Arguments {
    private final Derivation<?> derivation;
    private final Object[] values;

    private Arguments(Derivation<?> derivation, Object[] values) {
      this.derivation = derivation;
      this.values = values;
    }

    /**
     * Returns the value of an input.
     *
     * @throws IllegalArgumentException if it is not an input of this derivation
     */
    @SuppressWarnings("unchecked") // the value at an input's place comes from that input
    public <A> A get(Input<A> input) {
      Integer place = derivation.places.get(input);
      if (place == null) {
        throw new IllegalArgumentException(
            "%s is not an input of \"%s\": add it with Builder.input".formatted(input, derivation));
      }
      return (A) values[place];
    }
  }

  /**
   * A function of all inputs.
   *
   * @param <T> the type of the value
   */
  @FunctionalInterface
  public interface Function<T> {
    /** Gives a value, or declines, or fails. */
    Verdict<T> apply(Arguments in) throws Exception;
  }

  /**
   * A function of one input.
   *
   * @param <A> the type of the input
   * @param <T> the type of the value
   */
  @FunctionalInterface
  public interface F1<A, T> {
    /** Gives a value, or declines, or fails. */
    Verdict<T> apply(A a) throws Exception;
  }

  /**
   * A function of two inputs.
   *
   * @param <A> the type of the first input
   * @param <B> the type of the second input
   * @param <T> the type of the value
   */
  @FunctionalInterface
  public interface F2<A, B, T> {
    /** Gives a value, or declines, or fails. */
    Verdict<T> apply(A a, B b) throws Exception;
  }

  /**
   * A function of three inputs.
   *
   * @param <A> the type of the first input
   * @param <B> the type of the second input
   * @param <C> the type of the third input
   * @param <T> the type of the value
   */
  @FunctionalInterface
  public interface F3<A, B, C, T> {
    /** Gives a value, or declines, or fails. */
    Verdict<T> apply(A a, B b, C c) throws Exception;
  }
}
