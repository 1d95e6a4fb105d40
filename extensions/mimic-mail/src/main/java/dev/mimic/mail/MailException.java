package dev.mimic.mail;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if a mail server refuses a mail. The message is a single line that names the server, its
 * reply and a remedy. The mail was not delivered to any recipient.
 */
public sealed class MailException extends IOException
    permits MailAuthenticationException, MailRecipientsException, MailTlsException {
  MailException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
