package dev.mimic.mail;

import dev.mimic.Secrets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An optional user and password. The string representation omits the password. */
record SmtpLogin(Optional<String> user, Optional<String> password) {
  private static final String WITHHELD = "(text withheld: it contains the password)";

  // The code of the last line, such as "535 ".
  private static final Pattern LAST_CODE = Pattern.compile("(?s)(?:.*\\n)?(?<code>\\d{3}[ -]).*");

  boolean isGiven() {
    return user.isPresent();
  }

  /** Throws if the user or the password is missing, unless both are. */
  void requireComplete() throws MailAuthenticationException {
    if (user.isPresent() && password.isEmpty()) {
      throw new MailAuthenticationException(
          "no password is given for the user %s: set Address.PASSWORD in the context"
              .formatted(user.get()));
    }
    if (user.isEmpty() && password.isPresent()) {
      throw new MailAuthenticationException(
          "a password is given without a user: add the user to the address, as in user@host");
    }
  }

  /**
   * Returns a complete reply unchanged, or only its code if the text contains the password or a
   * part of it, plain or encoded.
   *
   * @param reply the reply in ISO 8859-1
   */
  String withoutPassword(String reply) {
    Secrets secrets = Secrets.of(List.of()).withLogin(user.orElse(""), password.orElse(""));
    if (!secrets.areEchoedIn(reply)) {
      return reply;
    }
    Matcher code = LAST_CODE.matcher(reply);
    return (code.matches() ? code.group("code") : "") + WITHHELD + "\r\n";
  }

  @Override
  public String toString() {
    return user.orElse("no user");
  }
}
