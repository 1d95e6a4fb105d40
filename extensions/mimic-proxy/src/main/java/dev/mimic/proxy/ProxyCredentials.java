package dev.mimic.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.net.URLEncoder;
import java.util.Base64;
import java.util.Locale;
import java.util.stream.Stream;

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

  /**
   * Returns whether a text from the proxy repeats the password, in a form that a proxy knows: as it
   * is, as it was sent, or percent-encoded. The text is of bytes, each taken for a character.
   */
  boolean areIn(String echoed) {
    String text = echoed.toLowerCase(Locale.ROOT);
    String latin = new String(password.getBytes(UTF_8), ISO_8859_1);
    String encoded = URLEncoder.encode(password, UTF_8);
    String base64 = Base64.getEncoder().encodeToString(password.getBytes(UTF_8));
    return Stream.of(password, latin, encoded, encoded.replace("+", "%20"), base64, basic())
        .map(form -> form.toLowerCase(Locale.ROOT))
        .anyMatch(form -> !form.isEmpty() && text.contains(form));
  }

  @Override
  public String toString() {
    return shownUser() + ":***";
  }
}
