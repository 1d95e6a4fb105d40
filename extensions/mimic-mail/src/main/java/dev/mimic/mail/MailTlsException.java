package dev.mimic.mail;

import org.jspecify.annotations.Nullable;

/** A mail server offers no TLS, or refuses to begin it; so it was told nothing. */
public final class MailTlsException extends MailException {
  MailTlsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
