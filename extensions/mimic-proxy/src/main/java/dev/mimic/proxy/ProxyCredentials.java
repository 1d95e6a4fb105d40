package dev.mimic.proxy;

import static java.util.Objects.requireNonNull;

/** Who one is to a proxy. Prints no secret. */
record ProxyCredentials(String user, String password) {
  ProxyCredentials {
    requireNonNull(user, "user");
    requireNonNull(password, "password");
    if (user.isEmpty()) {
      throw new IllegalArgumentException("user must not be empty");
    }
  }

  @Override
  public String toString() {
    return user + ":***";
  }
}
