package dev.mimic.mail;

import dev.mimic.Secrets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The user who logs in, if there is one, and the password, which is not printed. */
record SmtpLogin(Optional<String> user, Optional<String> password) {
  private static final String WITHHELD = "(text withheld: it shows the password)";

  // Such as "535 ", of the last line.
  private static final Pattern LAST_CODE = Pattern.compile("(?s)(?:.*\\n)?(?<code>\\d{3}[ -]).*");

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
   * Returns a whole reply, in ISO 8859-1; or one line without its text if that repeats the password
   * or a part of it, plain or as it was sent.
   */
  String withoutPassword(String reply) {
    Secrets secrets = Secrets.of(List.of()).withLogin(user.orElse(""), password.orElse(""));
    if (!secrets.areEchoedIn(reply)) {
      return reply;
    }
    Matcher code = LAST_CODE.matcher(reply);
    return (code.matches() ? code.group("code") : "") + WITHHELD + "\r\n";
  }

  /** Returns the user. */
  @Override
  public String toString() {
    return user.orElse("nobody");
  }
}
