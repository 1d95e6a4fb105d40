package dev.mimic.mail;

import java.util.Optional;

/** Who logs in, if anybody; its password is not printed. */
record SmtpLogin(Optional<String> user, Optional<String> password) {

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

  /** Returns the user. */
  @Override
  public String toString() {
    return user.orElse("nobody");
  }
}
