package dev.mimic;

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

  private Layers(Registry registry, Context address, Context caller) {
    this.registry = registry;
    this.caller = caller;
    this.address = address;
    this.base = registry.base();
    Outcome.Explicit named = explicit(Address.SCHEME);
    this.schemeName = named == null ? null : ((String) named.first()).toLowerCase(Locale.ROOT);
    this.scheme = schemeName == null ? null : registry.scheme(schemeName);
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
    return found == null && key == Address.PORT ? defaultPort() : found;
  }

  private Outcome.@Nullable Explicit defaultPort() {
    return scheme != null
            && scheme.defaultPort().isPresent()
            && !hasRules(Address.PORT) // they know better than a default
        ? new Outcome.One(Address.PORT, scheme.defaultPort().getAsInt(), 0)
        : null;
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
    Findings own = Findings.of(base.rules(), null);
    return Findings.of(caller.rules(), Findings.of(address.rules(), own));
  }

  private boolean hasRules(Key<?> key) {
    return caller.rules().has(key) || address.rules().has(key) || base.rules().has(key);
  }
}
