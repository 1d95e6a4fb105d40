package dev.mimic.guice;

import static java.lang.reflect.Modifier.isStatic;
import static java.util.Objects.requireNonNull;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import com.google.inject.binder.LinkedBindingBuilder;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import dev.mimic.AddressSyntax;
import dev.mimic.Derivation;
import dev.mimic.Key;
import dev.mimic.ListeningProtocol;
import dev.mimic.Network;
import dev.mimic.Protocol;
import dev.mimic.Scheme;
import dev.mimic.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A module that contributes to the resolver: what deployment targets, extensions and applications
 * extend. Installing one also makes {@link dev.mimic.MimicResolver} injectable.
 *
 * <pre>{@code
 * final class PingModule extends MimicModule {
 *   @Override
 *   protected void contribute() {
 *     bindScheme(Scheme.of("ping", PlainProtocol.ENDPOINT).withDefaultPort(4000));
 *   }
 * }
 * }</pre>
 *
 * <p>A module is a value: equal by its class and its {@linkplain #MimicModule arguments}, so that
 * installing it twice is the same as once. One that has fields, and hands no arguments on, equals
 * only itself. Of contributions that contradict each other, the later installed comes first.
 *
 * <p>What needs injection is bound by a class, or by a method of the module annotated with {@link
 * com.google.inject.multibindings.ProvidesIntoSet}, that returns a {@code Protocol<?>}, a {@code
 * ListeningProtocol<?>}, a {@code Derivation<?>}, a {@code Scheme} or an {@code AddressSyntax}.
 */
public abstract class MimicModule extends AbstractModule {
  static final TypeLiteral<Protocol<?>> PROTOCOL = new TypeLiteral<>() {};
  static final TypeLiteral<ListeningProtocol<?>> LISTENING_PROTOCOL = new TypeLiteral<>() {};
  static final TypeLiteral<Derivation<?>> DERIVATION = new TypeLiteral<>() {};
  static final TypeLiteral<Scheme> SCHEME = new TypeLiteral<>() {};
  static final TypeLiteral<AddressSyntax> ADDRESS_SYNTAX = new TypeLiteral<>() {};
  static final TypeLiteral<ContextValue<?>> VALUE = new TypeLiteral<>() {};
  static final TypeLiteral<Network> NETWORK = new TypeLiteral<>() {};

  private final List<Object> arguments;

  /**
   * Makes a module.
   *
   * @param arguments all that the subclass was constructed with, for equality
   */
  protected MimicModule(Object... arguments) {
    this.arguments = List.of(arguments);
  }

  /** Contributes: calls the {@code bind} methods, and installs other modules. */
  protected abstract void contribute();

  @Override
  protected final void configure() {
    install(new ResolverModule());
    contribute();
  }

  /** Contributes the network of a deployment target. An injector has exactly one. */
  protected final void bindNetwork(Network network) {
    add(NETWORK, network);
  }

  /** Contributes the network of a deployment target, to be injected. */
  protected final void bindNetwork(Class<? extends Network> network) {
    elementOf(NETWORK).to(network);
  }

  /** Contributes a protocol to connect with. */
  protected final void bindProtocol(Protocol<?> protocol) {
    add(PROTOCOL, protocol);
  }

  /** Contributes a protocol to connect with, to be injected. */
  protected final void bindProtocol(Class<? extends Protocol<?>> protocol) {
    elementOf(PROTOCOL).to(protocol);
  }

  /** Contributes a protocol to listen with. */
  protected final void bindListeningProtocol(ListeningProtocol<?> protocol) {
    add(LISTENING_PROTOCOL, protocol);
  }

  /** Contributes a protocol to listen with, to be injected. */
  protected final void bindListeningProtocol(Class<? extends ListeningProtocol<?>> protocol) {
    elementOf(LISTENING_PROTOCOL).to(protocol);
  }

  /** Contributes a derivation. */
  protected final void bindDerivation(Derivation<?> derivation) {
    add(DERIVATION, derivation);
  }

  /** Contributes a scheme; it replaces one of its name that an earlier module contributes. */
  protected final void bindScheme(Scheme scheme) {
    add(SCHEME, scheme);
  }

  /** Contributes a way to write addresses. */
  protected final void bindAddressSyntax(AddressSyntax syntax) {
    add(ADDRESS_SYNTAX, syntax);
  }

  /** Sets the clock of every wait, in place of the system's: for tests. */
  protected final void bindTimeSource(TimeSource time) {
    OptionalBinder.newOptionalBinder(binder().skipSources(MimicModule.class), TimeSource.class)
        .setBinding()
        .toInstance(time);
  }

  /** Sets the time that a resolution has if none is given, in place of 30 seconds. */
  protected final void bindDefaultTimeout(Duration timeout) {
    OptionalBinder.newOptionalBinder(
            binder().skipSources(MimicModule.class), ResolverModule.DEFAULT_TIMEOUT)
        .setBinding()
        .toInstance(timeout);
  }

  /** Contributes an explicit value to the context that every resolution starts from. */
  protected final <T> void bindValue(Key<T> key, T value) {
    add(VALUE, new ContextValue<>(key, value));
  }

  // By a provider, for Guice would drop an instance that equals an earlier one, and with it the
  // order: of two modules with one scheme the later must win, also if a third one said the same.
  private <T> void add(TypeLiteral<T> type, T contribution) {
    requireNonNull(contribution, "contribution");
    elementOf(type).toProvider(() -> contribution);
  }

  // Guice's messages then name the line of the subclass, not a line here.
  private <T> LinkedBindingBuilder<T> elementOf(TypeLiteral<T> type) {
    return Multibinder.newSetBinder(binder().skipSources(MimicModule.class), type).addBinding();
  }

  /** Returns whether the other is of the same class, with equal arguments. */
  @Override
  public final boolean equals(Object other) {
    return this == other
        || (other instanceof MimicModule module
            && module.getClass() == getClass()
            && isValue()
            && module.arguments.equals(arguments));
  }

  @Override
  public final int hashCode() {
    return 31 * getClass().hashCode() + arguments.hashCode();
  }

  /** Returns whether the arguments are all there is to it, as far as can be seen. */
  private boolean isValue() {
    return !arguments.isEmpty() || !hasFields(getClass());
  }

  private static boolean hasFields(Class<?> type) {
    return type != MimicModule.class
        && (Stream.of(type.getDeclaredFields()).anyMatch(each -> !isStatic(each.getModifiers()))
            || hasFields(type.getSuperclass()));
  }

  /** Returns the class's name; the arguments may be secret. */
  @Override
  public String toString() {
    return SourceNames.of(getClass().getName());
  }
}
