package dev.mimic;

import dev.mimic.Outcome.Explicit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The contexts that one resolution reads, the newest first: the caller's, the address's and the
 * resolver's. A value hides the values of its key in the layers below it; derivations of one key
 * are asked by priority, and of equal ones those of the upper layer first. The default port of the
 * scheme is below all layers.
 */
final class Layers {
  private final Registry registry;
  private final Context caller;
  private final Context address;
  private final Context base;
  private final List<Context> newestFirst;
  private final @Nullable String schemeName;
  private final @Nullable Scheme scheme;
  private final @Nullable Derivation<Integer> defaultPort;

  private Layers(Registry registry, Context address, Context caller) {
    this.registry = registry;
    this.caller = caller;
    this.address = address;
    this.base = registry.base();
    this.newestFirst = List.of(caller, address, base);
    Explicit named = given(Address.SCHEME);
    this.schemeName = named == null ? null : ((String) named.first()).toLowerCase(Locale.ROOT);
    this.scheme = schemeName == null ? null : registry.scheme(schemeName);
    this.defaultPort = contributed(Address.PORT).isEmpty() ? null : defaultPort();
  }

  static Layers of(Registry registry, Context caller) {
    return new Layers(registry, Context.empty(), caller);
  }

  static Layers of(Registry registry, Context address, Context caller) {
    return new Layers(registry, address, caller);
  }

  Registry registry() {
    return registry;
  }

  /** Returns the name of the scheme, in lower case, if there is one. */
  Optional<String> schemeName() {
    return Optional.ofNullable(schemeName);
  }

  /** Returns the scheme, if there is one and it is known here. */
  Optional<Scheme> scheme() {
    return Optional.ofNullable(scheme);
  }

  /** Returns the explicit values of the key, or null. */
  @Nullable Explicit explicit(Key<?> key) {
    Explicit given = given(key);
    return given == null && key == Address.PORT && defaultPort == null ? plainPort() : given;
  }

  private @Nullable Explicit given(Key<?> key) {
    for (Context each : newestFirst) {
      Explicit explicit = each.explicit(key);
      if (explicit != null) {
        return explicit;
      }
    }
    return null;
  }

  /** Returns the derivations of the key, in the order in which they are asked. */
  List<Derivation<?>> derivations(Key<?> key) {
    return key == Address.PORT && defaultPort != null
        ? Context.inOrder(contributed(key), List.of(defaultPort))
        : contributed(key);
  }

  private List<Derivation<?>> contributed(Key<?> key) {
    List<Derivation<?>> found = List.of();
    for (Context each : newestFirst) {
      List<Derivation<?>> older = each.derivations(key);
      if (!older.isEmpty()) {
        found = found.isEmpty() ? older : Context.inOrder(found, older);
      }
    }
    return found;
  }

  /** Returns the default port of the scheme where no derivation could give another. */
  private @Nullable Explicit plainPort() {
    return scheme == null || scheme.defaultPort().isEmpty()
        ? null
        : new Explicit(Address.PORT, List.of(scheme.defaultPort().getAsInt()));
  }

  /** Returns the default port of the scheme as the last of the derivations. */
  private @Nullable Derivation<Integer> defaultPort() {
    if (scheme == null || scheme.defaultPort().isEmpty()) {
      return null;
    }
    Verdict<Integer> port = Verdict.of(scheme.defaultPort().getAsInt());
    return Derivation.of(Address.PORT, Derivation.required(Address.SCHEME), named -> port)
        .priority(Integer.MAX_VALUE);
  }

  /** Returns the texts among the values of secret keys, except the address itself. */
  List<String> secrets() {
    List<String> secrets = new ArrayList<>();
    for (Context each : newestFirst) {
      each.values().stream()
          .filter(explicit -> explicit.key().isSecret() && explicit.key() != Address.TEXT)
          .flatMap(explicit -> explicit.values().stream())
          .filter(String.class::isInstance)
          .forEach(value -> secrets.add((String) value));
    }
    return secrets;
  }

  /** Returns the address as it was typed, if there is one. */
  Optional<String> addressText() {
    Explicit text = given(Address.TEXT);
    return text == null ? Optional.empty() : Optional.of((String) text.first());
  }

  /** Returns the contributor of this derivation. */
  String sourceOf(Derivation<?> derivation) {
    return derivation.equals(defaultPort) ? "the scheme" : registry.sourceOf(derivation);
  }

  /** Returns the contributor of the explicit value of this key, which has one. */
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
   * Returns the protocols whose endpoint has an explicit value, in order. An address gives no
   * endpoint: it has a scheme, which names the protocol.
   */
  List<Registry.Contribution<Protocol<?>>> protocolsWithEndpoint() {
    return registry.protocolsWithEndpoint(caller);
  }
}
