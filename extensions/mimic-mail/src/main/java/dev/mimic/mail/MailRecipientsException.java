package dev.mimic.mail;

import static java.util.stream.Collectors.joining;

import dev.mimic.HostPort;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A mail server refuses some of the recipients, or all. Then the mail was sent to none of them,
 * also not to those that were accepted: without the others it can be sent again.
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

  /** Returns who was refused, in order, and what the server said to that. */
  public Map<String, String> refused() {
    return refused;
  }

  /** Returns who would have been accepted, in order. */
  public List<String> accepted() {
    return accepted;
  }
}
