package dev.mimic;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is asked of a resolver, once: by an address, or by a context. Used by one thread. */
final class Request {
  private final Registry registry;
  private final AddressParser parser;
  private final Layers layers;
  private final boolean isAddress;
  private final Resolution resolution;
  private final Supplier<String> asked;
  private @Nullable Secrets secrets; // only a request that is told about needs them

  Request(
      Registry registry,
      AddressParser parser,
      Layers layers,
      boolean isAddress,
      Supplier<String> asked) {
    this.registry = registry;
    this.parser = parser;
    this.layers = layers;
    this.resolution = new Resolution(layers);
    this.isAddress = isAddress;
    this.asked = asked;
  }

  /** Returns whether an address is asked for, and not just a context. */
  boolean isAddress() {
    return isAddress;
  }

  /** Returns what is asked, without secrets. */
  String asked() {
    return secrets().hideIn(asked.get());
  }

  /** Returns what nothing that is said about this request may repeat. */
  Secrets secrets() {
    Secrets known = secrets;
    if (known == null) {
      List<String> texts = layers.secrets();
      layers.addressText().ifPresent(text -> texts.addAll(parser.secrets(text)));
      known = Secrets.ofRequest(texts);
      secrets = known;
    }
    return known;
  }

  /** Returns the failure of this request, without secrets. */
  ResolutionException failure(String message, String tree, List<? extends Exception> causes) {
    Secrets secrets = secrets();
    return new ResolutionException(
        secrets.hideIn(message), tree, causes.stream().map(secrets::withhold).toList());
  }

  Layers layers() {
    return layers;
  }

  Registry registry() {
    return registry;
  }

  Resolution resolution() {
    return resolution;
  }

  /** Returns the scheme that the request has, if it has one. */
  Optional<Scheme> scheme() throws UnknownSchemeException {
    Optional<Scheme> known = layers.scheme();
    Optional<String> name = layers.schemeName();
    if (known.isEmpty() && name.isPresent()) {
      throw parser.unknown(name.get());
    }
    return known;
  }

  /** Returns the candidates to connect to. */
  Candidates candidates() throws UnknownSchemeException {
    Optional<Scheme> scheme = scheme();
    return scheme.isPresent()
        ? Candidates.ofScheme(scheme.get(), registry, resolution)
        : Candidates.ofContext(layers, registry, resolution);
  }

  /** Returns why there is no candidate at all. */
  String whyNoProtocol() {
    return layers
        .schemeName()
        .map("no protocol here carries \"%s\""::formatted)
        .orElse("no protocol is registered");
  }
}
