package dev.mimic;

import static java.util.Objects.requireNonNull;

import dev.mimic.Registry.Contribution;
import dev.mimic.flow.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A builder of a {@link MimicResolver}. Of contributions with equal priority or of one name, the
 * one that was added later takes precedence. Not thread-safe.
 */
public final class ResolverBuilder {
  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  private static final String BUILT_IN = "mimic";

  private final List<Contribution<Protocol<?>>> protocols = new ArrayList<>();
  private final List<Contribution<ListeningProtocol<?>>> listeningProtocols = new ArrayList<>();
  private final List<Contribution<Scheme>> schemes = new ArrayList<>();
  private final List<Contribution<Derivation<?>>> derivations = new ArrayList<>();
  private final List<Contribution<Key<?>>> values = new ArrayList<>();
  private final List<AddressSyntax> syntaxes = new ArrayList<>();
  private Context base = Context.empty();
  private TimeSource time = TimeSource.system();
  private Duration defaultTimeout = DEFAULT_TIMEOUT;
  private String source = "the application";
  private boolean hasNetwork;

  ResolverBuilder() {}

  /**
   * Names the contributor of everything that is added after this call, such as a module, for plans.
   */
  public ResolverBuilder from(String source) {
    this.source = requireNonNull(source, "source");
    return this;
  }

  /**
   * Adds the network of the deployment target, and with it the scheme {@code tcp} (see {@link
   * PlainProtocol}). A resolver has at most one network.
   */
  public ResolverBuilder network(Network network) {
    if (hasNetwork) {
      throw new IllegalStateException("this builder has a network already; a resolver has one");
    }
    hasNetwork = true;
    value(Network.BASE, network);
    String contributor = source;
    from(BUILT_IN);
    PlainProtocol protocol = new PlainProtocol();
    protocol(protocol).listeningProtocol(protocol);
    scheme(Scheme.of("tcp", PlainProtocol.ENDPOINT).listeningBy(PlainProtocol.LISTEN));
    PlainProtocol.derivations().forEach(this::derivation);
    return from(contributor);
  }

  /** Adds a protocol for connections. */
  public ResolverBuilder protocol(Protocol<?> protocol) {
    protocols.add(new Contribution<>(protocol, source));
    return this;
  }

  /** Adds a protocol for listeners. */
  public ResolverBuilder listeningProtocol(ListeningProtocol<?> protocol) {
    listeningProtocols.add(new Contribution<>(protocol, source));
    return this;
  }

  /** Adds a scheme, which replaces an earlier one of its name. */
  public ResolverBuilder scheme(Scheme scheme) {
    schemes.add(new Contribution<>(scheme, source));
    return this;
  }

  /** Adds a derivation. */
  public ResolverBuilder derivation(Derivation<?> derivation) {
    derivations.add(new Contribution<>(derivation, source));
    base = base.with(derivation);
    return this;
  }

  /** Adds an explicit value to the context that every resolution starts from. */
  public <T> ResolverBuilder value(Key<T> key, T value) {
    values.add(new Contribution<>(key, source));
    base = base.with(key, value);
    return this;
  }

  /** Adds a syntax of addresses. */
  public ResolverBuilder addressSyntax(AddressSyntax syntax) {
    syntaxes.addFirst(requireNonNull(syntax, "syntax"));
    return this;
  }

  /** Sets the clock of every wait. Defaults to the system clock. */
  public ResolverBuilder timeSource(TimeSource time) {
    this.time = requireNonNull(time, "time");
    return this;
  }

  /** Sets the time limit of a resolution. Defaults to 30 seconds. */
  public ResolverBuilder defaultTimeout(Duration timeout) {
    this.defaultTimeout = requirePositive(timeout, "defaultTimeout");
    return this;
  }

  static Duration requirePositive(Duration duration, String name) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException("%s (%s) must be positive".formatted(name, duration));
    }
    return duration;
  }

  /** Returns the resolver. */
  public MimicResolver build() {
    Registry registry =
        new Registry(protocols, listeningProtocols, schemes, derivations, values, base);
    List<Scheme> known = registry.schemes().stream().map(Contribution::what).toList();
    return new Engine(
        registry, new AddressParser(known, syntaxes), time, Context.empty(), defaultTimeout);
  }
}
