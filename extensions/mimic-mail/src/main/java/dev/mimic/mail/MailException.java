package dev.mimic.mail;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A mail server has not taken a mail. The message is one line: which server, what it said, what to
 * do. Nothing was delivered to anybody.
 */
public sealed class MailException extends IOException
    permits MailAuthenticationException, MailRecipientsException, MailTlsException {
  MailException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
