package dev.mimic.mail;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if a mail server rejects a login, does not support authentication, or requires it and no
 * user was given.
 */
public final class MailAuthenticationException extends MailException {
  MailAuthenticationException(String message) {
    this(message, null);
  }

  MailAuthenticationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
