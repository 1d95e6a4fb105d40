package dev.mimic.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.mimic.Secrets;
import java.util.Base64;
import java.util.List;

/** Who one is to a proxy. Prints no secret. */
record ProxyCredentials(String user, String password) {
  ProxyCredentials {
    requireNonNull(user, "user");
    requireNonNull(password, "password");
    if (user.isEmpty()) {
      throw new IllegalArgumentException("user must not be empty");
    }
  }

  /** Returns the user, up to a colon: what follows one could be a password. */
  String shownUser() {
    int colon = user.indexOf(':');
    return colon < 0 ? user : user.substring(0, colon + 1) + "***";
  }

  /** Returns both as the Basic scheme sends them (RFC 7617, section 2). */
  String basic() {
    return Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
  }

  /** Returns what hides the password in what a proxy says. */
  Secrets secrets() {
    return Secrets.of(List.of()).withLogin(user, password);
  }

  @Override
  public String toString() {
    return shownUser() + ":***";
  }
}
