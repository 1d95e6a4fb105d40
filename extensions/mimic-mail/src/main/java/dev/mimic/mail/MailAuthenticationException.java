package dev.mimic.mail;

import org.jspecify.annotations.Nullable;

/** A mail server does not let the user in, or knows of no logging in, or wants somebody to. */
public final class MailAuthenticationException extends MailException {
  MailAuthenticationException(String message) {
    this(message, null);
  }

  MailAuthenticationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
