package dev.mimic.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.net.UrlEscapers;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** The user who logs in, if there is one, and the password, which is not printed. */
record SmtpLogin(Optional<String> user, Optional<String> password) {
  private static final String WITHHELD = "(text withheld: it shows the password)";

  // So much of a password, or of what encodes it, is taken for a part of it.
  private static final int PART = 6;
  private static final int CODE = 4; // such as "535 "

  boolean isGiven() {
    return user.isPresent();
  }

  /** Throws if one is there without the other. */
  void requireWhole() throws MailAuthenticationException {
    if (user.isPresent() && password.isEmpty()) {
      throw new MailAuthenticationException(
          "there is no password for %s: give it (in the context, Address.PASSWORD)"
              .formatted(user.get()));
    }
    if (user.isEmpty() && password.isPresent()) {
      throw new MailAuthenticationException(
          "there is a password, and nobody that it is of: give the user, as in user@host");
    }
  }

  /**
   * Returns a line of a reply, in ISO 8859-1; without its text if that repeats the password or a
   * part of it, plain or as it was sent.
   */
  String withoutPassword(String line) {
    String text = line.toLowerCase(Locale.ROOT);
    if (forms().stream().noneMatch(form -> shows(text, form.toLowerCase(Locale.ROOT)))) {
      return line;
    }
    String code = line.matches("(?s)\\d{3}[ -].*") ? line.substring(0, CODE) : "";
    return code + WITHHELD + (line.endsWith("\n") ? "\r\n" : "");
  }

  private List<String> forms() {
    String secret = password.orElse("");
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return List.of(
        new String(secret.getBytes(UTF_8), ISO_8859_1),
        UrlEscapers.urlFragmentEscaper().escape(secret),
        base64.encodeToString(secret.getBytes(UTF_8)),
        base64.encodeToString("\0%s\0%s".formatted(user.orElse(""), secret).getBytes(UTF_8)));
  }

  private static boolean shows(String text, String form) {
    int part = Math.min(PART, form.length());
    return part > 0
        && IntStream.rangeClosed(0, form.length() - part)
            .anyMatch(at -> text.contains(form.substring(at, at + part)));
  }

  /** Returns the user. */
  @Override
  public String toString() {
    return user.orElse("nobody");
  }
}
