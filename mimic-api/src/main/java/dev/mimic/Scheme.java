package dev.mimic;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What an address begins with, and the one protocol that carries such an address.
 *
 * @param name lower case (RFC 3986, section 3.1); addresses may use either case
 * @param defaultPort the port of an address that names none
 * @param carrier the endpoint key of the protocol that connects
 * @param listenCarrier the key of the listening protocol; without one, such an address cannot be
 *     listened on
 */
public record Scheme(
    String name, OptionalInt defaultPort, Key<?> carrier, Optional<Key<?>> listenCarrier) {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9+.-]*");

  /** Checks the name and the port. */
  public Scheme {
    requireNonNull(carrier, "carrier");
    requireNonNull(listenCarrier, "listenCarrier");
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "scheme (%s) must be a lower-case letter, then of a-z 0-9 + . -".formatted(name));
    }
    if (defaultPort.isPresent()
        && (defaultPort.getAsInt() < 1 || defaultPort.getAsInt() > 65_535)) {
      throw new IllegalArgumentException(
          "defaultPort (%d) must be from 1 to 65535".formatted(defaultPort.getAsInt()));
    }
  }

  /** Returns a scheme without a default port, to connect to only. */
  public static Scheme of(String name, Key<?> carrier) {
    return new Scheme(name, OptionalInt.empty(), carrier, Optional.empty());
  }

  /** Returns this scheme with a default port. */
  public Scheme withDefaultPort(int port) {
    return new Scheme(name, OptionalInt.of(port), carrier, listenCarrier);
  }

  /** Returns why its carrier is considered, for plans. */
  String naming() {
    return "the scheme \"%s\" names it".formatted(name);
  }

  /** Returns this scheme, to be listened on as well. */
  public Scheme listeningBy(Key<?> key) {
    return new Scheme(name, defaultPort, carrier, Optional.of(key));
  }
}
