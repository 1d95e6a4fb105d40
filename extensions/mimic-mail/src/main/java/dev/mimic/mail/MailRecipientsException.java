package dev.mimic.mail;

import static java.util.stream.Collectors.joining;

import dev.mimic.HostPort;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Thrown if a mail server refuses some or all recipients. The mail was not sent to any recipient,
 * so it can be sent again to the accepted ones.
 */
public final class MailRecipientsException extends MailException {
  private final Map<String, String> refused;
  private final List<String> accepted;

  MailRecipientsException(
      HostPort at, Map<String, String> refused, List<String> accepted, Throwable cause) {
    super(message(at, refused, accepted), cause);
    this.refused = Collections.unmodifiableMap(new LinkedHashMap<>(refused));
    this.accepted = List.copyOf(accepted);
  }

  private static String message(HostPort at, Map<String, String> refused, List<String> accepted) {
    return "%s refuses %d of %d recipients, and nothing was sent: %s"
        .formatted(
            at,
            refused.size(),
            refused.size() + accepted.size(),
            refused.entrySet().stream()
                .map(each -> "%s (%s)".formatted(each.getKey(), each.getValue()))
                .collect(joining(", ")));
  }

  /** Returns the refused addresses, each with the server's reply, in the order of the mail. */
  public Map<String, String> refused() {
    return refused;
  }

  /** Returns the addresses that the server accepted, in the order of the mail. */
  public List<String> accepted() {
    return accepted;
  }
}
