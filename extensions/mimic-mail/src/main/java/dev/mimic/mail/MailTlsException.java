package dev.mimic.mail;

import org.jspecify.annotations.Nullable;

/** Thrown if a mail server does not offer STARTTLS, or refuses it. No login or mail was sent. */
public final class MailTlsException extends MailException {
  MailTlsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
