package dev.mimic.guice;

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
import dev.mimic.flow.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Guice module that contributes to the resolver; the superclass of the modules of deployment
 * targets, extensions and applications. Installing one also makes {@link dev.mimic.MimicResolver}
 * injectable.
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
 * <p><b>Equality.</b> Guice installs equal modules once. A module is equal only to itself, unless
 * it passes the values that it depends on to {@link #MimicModule(List)}: then it is equal to each
 * module of its class with equal values. A module without state passes an empty list. Of
 * contributions that contradict each other, the one installed later takes precedence.
 *
 * <p>A contribution that needs injection is bound by its class, or returned by a method of the
 * module annotated with {@link com.google.inject.multibindings.ProvidesIntoSet}. The return type is
 * {@code Protocol<?>}, {@code ListeningProtocol<?>}, {@code Derivation<?>}, {@code Scheme} or
 * {@code AddressSyntax}.
 */
public abstract class MimicModule extends AbstractModule {
  static final TypeLiteral<Protocol<?>> PROTOCOL = new TypeLiteral<>() {};
  static final TypeLiteral<ListeningProtocol<?>> LISTENING_PROTOCOL = new TypeLiteral<>() {};
  static final TypeLiteral<Derivation<?>> DERIVATION = new TypeLiteral<>() {};
  static final TypeLiteral<Scheme> SCHEME = new TypeLiteral<>() {};
  static final TypeLiteral<AddressSyntax> ADDRESS_SYNTAX = new TypeLiteral<>() {};
  static final TypeLiteral<ContextValue<?>> VALUE = new TypeLiteral<>() {};
  static final TypeLiteral<Network> NETWORK = new TypeLiteral<>() {};

  private final Optional<List<Object>> state; // empty if it is equal only to itself

  /** Creates a module that is equal only to itself. */
  protected MimicModule() {
    this.state = Optional.empty();
  }

  /**
   * Creates a module that is equal to each module of its class with equal state.
   *
   * @param state all values that the contributions depend on, such as the constructor arguments of
   *     the subclass; empty for a module without state
   */
  protected MimicModule(List<?> state) {
    this.state = Optional.of(List.copyOf(state));
  }

  /** Makes the contributions of this module, by the {@code bind} methods and {@code install}. */
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

  /** Contributes the network of a deployment target; Guice creates it. */
  protected final void bindNetwork(Class<? extends Network> network) {
    elementOf(NETWORK).to(network);
  }

  /** Contributes a protocol for connections. */
  protected final void bindProtocol(Protocol<?> protocol) {
    add(PROTOCOL, protocol);
  }

  /** Contributes a protocol for connections; Guice creates it. */
  protected final void bindProtocol(Class<? extends Protocol<?>> protocol) {
    elementOf(PROTOCOL).to(protocol);
  }

  /** Contributes a protocol for listeners. */
  protected final void bindListeningProtocol(ListeningProtocol<?> protocol) {
    add(LISTENING_PROTOCOL, protocol);
  }

  /** Contributes a protocol for listeners; Guice creates it. */
  protected final void bindListeningProtocol(Class<? extends ListeningProtocol<?>> protocol) {
    elementOf(LISTENING_PROTOCOL).to(protocol);
  }

  /** Contributes a derivation. */
  protected final void bindDerivation(Derivation<?> derivation) {
    add(DERIVATION, derivation);
  }

  /** Contributes a scheme; it replaces a scheme of the same name from an earlier module. */
  protected final void bindScheme(Scheme scheme) {
    add(SCHEME, scheme);
  }

  /** Contributes an address syntax. */
  protected final void bindAddressSyntax(AddressSyntax syntax) {
    add(ADDRESS_SYNTAX, syntax);
  }

  /** Sets the clock of every wait, for tests. Defaults to the system clock. */
  protected final void bindTimeSource(TimeSource time) {
    OptionalBinder.newOptionalBinder(binder().skipSources(MimicModule.class), TimeSource.class)
        .setBinding()
        .toInstance(time);
  }

  /** Sets the time limit of a resolution that is given none. Defaults to 30 seconds. */
  protected final void bindDefaultTimeout(Duration timeout) {
    OptionalBinder.newOptionalBinder(
            binder().skipSources(MimicModule.class), ResolverModule.DEFAULT_TIMEOUT)
        .setBinding()
        .toInstance(timeout);
  }

  /** Contributes an explicit value to the initial context of every resolution. */
  protected final <T> void bindValue(Key<T> key, T value) {
    add(VALUE, new ContextValue<>(key, value));
  }

  // A provider, because Guice drops an instance that equals an earlier one. That loses the order:
  // the contribution installed last must win, even if it equals an earlier one.
  private <T> void add(TypeLiteral<T> type, T contribution) {
    requireNonNull(contribution, "contribution");
    elementOf(type).toProvider(() -> contribution);
  }

  // Skipping this class makes Guice's messages name the line of the subclass.
  private <T> LinkedBindingBuilder<T> elementOf(TypeLiteral<T> type) {
    return Multibinder.newSetBinder(binder().skipSources(MimicModule.class), type).addBinding();
  }

  /** Returns whether this is the other module, or both have the same class and equal state. */
  @Override
  public final boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof MimicModule module
            && module.getClass() == getClass()
            && state.isPresent()
            && state.equals(module.state));
  }

  @Override
  public final int hashCode() {
    return 31 * getClass().hashCode() + state.hashCode();
  }

  /** Returns the name of the class without the state, which may be secret. */
  @Override
  public String toString() {
    return SourceNames.of(getClass().getName());
  }
}
