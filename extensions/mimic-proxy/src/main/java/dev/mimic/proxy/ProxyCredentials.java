package dev.mimic.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.mimic.Secrets;
import java.util.Base64;
import java.util.List;

/** A user and a password for a proxy. The string representation omits the password. */
record ProxyCredentials(String user, String password) {
  ProxyCredentials {
    requireNonNull(user, "user");
    requireNonNull(password, "password");
    if (user.isEmpty()) {
      throw new IllegalArgumentException("user must not be empty");
    }
  }

  /** Returns the user up to the first colon, since the rest could be a password. */
  String redactedUser() {
    int colon = user.indexOf(':');
    return colon < 0 ? user : user.substring(0, colon + 1) + "***";
  }

  /** Returns the message of a proxy that requires credentials and was given none. */
  static String requiredMessage(String proxy) {
    return proxy + " requires authentication: add USER:PASSWORD@ to its address";
  }

  /** Returns the encoding of the Basic scheme (RFC 7617, section 2). */
  String basic() {
    return Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
  }

  /** Returns a detector of the password in messages of the proxy. */
  Secrets secrets() {
    return Secrets.of(List.of()).withLogin(user, password);
  }

  @Override
  public String toString() {
    return redactedUser() + ":***";
  }
}
