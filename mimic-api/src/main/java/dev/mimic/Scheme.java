package dev.mimic;

import static java.util.Objects.requireNonNull;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The scheme of an address, and the one protocol that carries such an address. Immutable.
 *
 * <pre>{@code
 * Scheme.of("ping", PlainProtocol.ENDPOINT).withDefaultPort(4000).listeningBy(PlainProtocol.LISTEN);
 * }</pre>
 */
public final class Scheme {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9+.-]*");

  private final String name;
  private final OptionalInt defaultPort;
  private final Key<?> carrier;
  private final Optional<Key<?>> listenCarrier;

  private Scheme(
      String name, OptionalInt defaultPort, Key<?> carrier, Optional<Key<?>> listenCarrier) {
    this.name = requireName(name);
    this.defaultPort = defaultPort;
    this.carrier = requireNonNull(carrier, "carrier");
    this.listenCarrier = requireNonNull(listenCarrier, "listenCarrier");
  }

  private static String requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "scheme (%s) must be a lower-case letter, then of a-z 0-9 + . -".formatted(name));
    }
    return name;
  }

  /** Returns a scheme without a default port, to connect to only. */
  public static Scheme of(String name, Key<?> carrier) {
    return new Scheme(name, OptionalInt.empty(), carrier, Optional.empty());
  }

  /** Returns this scheme with a default port, from 1 to 65535. */
  public Scheme withDefaultPort(int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "defaultPort (%d) must be from 1 to 65535".formatted(port));
    }
    return new Scheme(name, OptionalInt.of(port), carrier, listenCarrier);
  }

  /** Returns this scheme, to be listened on as well. */
  public Scheme listeningBy(Key<?> key) {
    return new Scheme(name, defaultPort, carrier, Optional.of(key));
  }

  /** Returns why its carrier is considered, for plans. */
  String naming() {
    return "the scheme \"%s\" names it".formatted(name);
  }

  /** Returns the name, in lower case (RFC 3986, section 3.1); addresses may use either case. */
  public String name() {
    return name;
  }

  /** Returns the port of an address that names none. */
  public OptionalInt defaultPort() {
    return defaultPort;
  }

  /** Returns the endpoint key of the protocol that connects. */
  public Key<?> carrier() {
    return carrier;
  }

  /**
   * Returns the key of the listening protocol; without one, such an address cannot be listened on.
   */
  public Optional<Key<?>> listenCarrier() {
    return listenCarrier;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Scheme that
        && name.equals(that.name)
        && defaultPort.equals(that.defaultPort)
        && carrier.equals(that.carrier)
        && listenCarrier.equals(that.listenCarrier);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, defaultPort, carrier, listenCarrier);
  }

  @Override
  public String toString() {
    return "Scheme[name=%s, defaultPort=%s, carrier=%s, listenCarrier=%s]"
        .formatted(name, defaultPort, carrier, listenCarrier);
  }
}
