package dev.mimic;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The contexts that a resolution starts from, the newest first: the caller's, the address's, and
 * the resolver's own; and last, the default port of the scheme.
 */
final class Layers {
  private final Registry registry;
  private final Context caller;
  private final Context address;
  private final Context base;
  private final @Nullable String schemeName;
  private final @Nullable Scheme scheme;
  private final @Nullable Derivation<Integer> defaultPort;

  private Layers(Registry registry, Context address, Context caller) {
    this.registry = registry;
    this.caller = caller;
    this.address = address;
    this.base = registry.base();
    Outcome.Explicit named = explicit(Address.SCHEME);
    this.schemeName = named == null ? null : ((String) named.first()).toLowerCase(Locale.ROOT);
    this.scheme = schemeName == null ? null : registry.scheme(schemeName);
    this.defaultPort = defaultPort();
  }

  static Layers of(Registry registry, Context caller) {
    return new Layers(registry, Context.empty(), caller);
  }

  static Layers of(Registry registry, Context address, Context caller) {
    return new Layers(registry, address, caller);
  }

  /** Returns the name of the scheme, in lower case, if there is one. */
  Optional<String> schemeName() {
    return Optional.ofNullable(schemeName);
  }

  /** Returns the scheme, if there is one and it is known here. */
  Optional<Scheme> scheme() {
    return Optional.ofNullable(scheme);
  }

  /** Returns what was given for the key, or null. */
  Outcome.@Nullable Explicit explicit(Key<?> key) {
    Outcome.Explicit found = caller.explicit(key);
    if (found == null) {
      found = address.explicit(key);
    }
    if (found == null) {
      found = base.explicit(key);
    }
    return found == null && key == Address.PORT && defaultPort == null ? plainPort() : found;
  }

  /** Returns the default port where nothing else can give one. */
  private Outcome.@Nullable Explicit plainPort() {
    return scheme != null && scheme.defaultPort().isPresent()
        ? new Outcome.One(Address.PORT, scheme.defaultPort().getAsInt(), 0)
        : null;
  }

  /** Returns the rule that gives the default port after all others, where there are others. */
  private @Nullable Derivation<Integer> defaultPort() {
    if (scheme == null || scheme.defaultPort().isEmpty() || !hasRules(Address.PORT)) {
      return null;
    }
    int port = scheme.defaultPort().getAsInt();
    return Derivation.of(
            Address.PORT, Derivation.required(Address.SCHEME), named -> Verdict.of(port))
        .priority(Integer.MAX_VALUE);
  }

  /** Returns the texts among the values of secret keys, except the address itself. */
  List<String> secrets() {
    List<String> secrets = new ArrayList<>();
    for (Context each : List.of(caller, address, base)) {
      each.values().stream()
          .filter(value -> value.key().isSecret() && value.key() != Address.TEXT)
          .flatMap(value -> value.found().stream())
          .filter(String.class::isInstance)
          .forEach(value -> secrets.add((String) value));
    }
    return secrets;
  }

  /** Returns the address as it was typed, if there is one. */
  Optional<String> addressText() {
    Outcome.Explicit text = explicit(Address.TEXT);
    return text == null ? Optional.empty() : Optional.of((String) text.first());
  }

  /** Returns who contributed this derivation. */
  String sourceOf(Derivation<?> derivation) {
    return derivation.equals(defaultPort) ? "the scheme" : registry.sourceOf(derivation);
  }

  /** Returns who gave the explicit value of this key, which has one. */
  String sourceOf(Key<?> key) {
    if (caller.explicit(key) != null) {
      return "the caller";
    }
    if (address.explicit(key) != null) {
      return "the address";
    }
    return base.explicit(key) != null ? registry.sourceOf(key) : "the scheme";
  }

  /**
   * Returns the protocols that have an explicit endpoint, in order. An address has none: it has a
   * scheme, and so one protocol.
   */
  List<Sourced<Protocol<?>>> protocolsWithEndpoint() {
    return registry.protocolsWithEndpoint(caller);
  }

  /** Returns an empty place for what is found, for each graph of derivations, the newest first. */
  @Nullable Findings findings() {
    Findings last = defaultPort == null ? null : Findings.of(Rules.NONE.with(defaultPort), null);
    Findings own = Findings.of(base.rules(), last);
    return Findings.of(caller.rules(), Findings.of(address.rules(), own));
  }

  private boolean hasRules(Key<?> key) {
    return caller.rules().has(key) || address.rules().has(key) || base.rules().has(key);
  }
}
