package dev.mimic.mail;

import dev.mimic.flow.PeerGoneException;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;

/** A diagnosis of a failed request to a mail server, with a remedy. */
record SmtpDiagnosis(SmtpSession session) {
  private static final int MAX_REPLY_CHARS = 300;
  private static final String AUTHENTICATION_REQUIRED = "530"; // RFC 4954, section 6

  IOException explain(MessagingException e) {
    return explain(e, List.of());
  }

  IOException explain(MessagingException e, List<String> recipients) {
    Optional<IOException> broken = find(e, IOException.class);
    boolean ended = broken.isPresent() || session.getLastReturnCode() == -1;
    if (ended && session.refusal().isPresent()) {
      return refused(e); // the server closed the connection after its refusal
    }
    if (broken.isPresent()) {
      return aboutFlow(broken.get());
    }
    if (ended) {
      return aboutEnd(e);
    }
    return switch (session.step()) {
      case LOGIN, NO_LOGIN, START_TLS -> aboutBeginning(e);
      case RCPT -> aboutRecipients(e, recipients);
      case END_OF_DATA -> session.refusal().isPresent() ? refused(e) : unclear(e);
      case GREETING, EHLO, SECOND_EHLO, MAIL, DATA, DONE -> refused(e);
    };
  }

  private IOException aboutFlow(IOException broken) {
    Optional<SmtpReplyFilter.TooLongException> tooLong =
        find(broken, SmtpReplyFilter.TooLongException.class);
    if (tooLong.isPresent()) {
      return new IOException(
          "%s answered with %s, which no mail server does, when it was asked %s"
              .formatted(session.at(), tooLong.get().getMessage(), session.step().unanswered()),
          broken);
    }
    String lost =
        "%s was lost when it was asked %s".formatted(session.at(), session.step().unanswered());
    if (find(broken, PeerGoneException.class).isPresent()) {
      return new PeerGoneException(lost, broken);
    }
    boolean byThisSide =
        broken instanceof ClosedChannelException || broken instanceof SocketTimeoutException;
    return byThisSide || broken instanceof SSLException // its message names the peer
        ? broken
        : new IOException("%s: %s".formatted(lost, broken.getMessage()), broken);
  }

  private IOException aboutEnd(MessagingException e) {
    if (reply().isEmpty() || reply().equals("[EOF]")) {
      return new PeerGoneException(
          "%s closed the connection when it was asked %s"
              .formatted(session.at(), session.step().unanswered()),
          e);
    }
    return session.step() == SmtpStep.END_OF_DATA
        ? unclear(e)
        : new MailException(
            "%s does not speak SMTP: it said %s".formatted(session.at(), reply()), e);
  }

  /** Returns an exception for a reply of unknown meaning. A {@link MailException} is a refusal. */
  private IOException unclear(MessagingException e) {
    return new IOException(
        "%s said %s when it was asked %s"
            .formatted(session.at(), reply(), session.step().unanswered()),
        e);
  }

  private IOException aboutBeginning(MessagingException e) {
    if (e instanceof AuthenticationFailedException) {
      return new MailAuthenticationException(
          "%s does not let %s in: %s"
              .formatted(session.at(), session.login(), singleLine(String.valueOf(e.getMessage()))),
          e);
    }
    if (session.step() == SmtpStep.NO_LOGIN) {
      return new MailAuthenticationException(
          "%s does not support authentication: send without a user, or use another port"
              .formatted(session.at()),
          e);
    }
    return session.step() == SmtpStep.START_TLS
        ? new MailTlsException(
            "%s refuses STARTTLS, which is required: %s".formatted(session.at(), reply()), e)
        : new MailTlsException(
            "%s offers no STARTTLS, which is required: use smtps://, or another port"
                .formatted(session.at()),
            e);
  }

  private IOException aboutRecipients(MessagingException e, List<String> recipients) {
    Map<String, String> refused = new LinkedHashMap<>();
    for (Exception each = e; each instanceof MessagingException next; each = next(next)) {
      if (each instanceof SMTPAddressFailedException failed) {
        refused.put(
            failed.getAddress().getAddress(), singleLine(String.valueOf(failed.getMessage())));
      }
    }
    List<String> accepted = recipients.stream().filter(to -> !refused.containsKey(to)).toList();
    return refused.isEmpty()
        ? refused(e)
        : new MailRecipientsException(session.at(), refused, accepted, e);
  }

  @SuppressWarnings("NullAway") // returns null after the last one
  private static Exception next(MessagingException e) {
    return e.getNextException();
  }

  private IOException refused(MessagingException e) {
    return reply().startsWith(AUTHENTICATION_REQUIRED)
        ? new MailAuthenticationException(
            "%s requires authentication: give a user and a password (%s)"
                .formatted(session.at(), reply()),
            e)
        : new MailException(
            "%s refused when asked %s: %s".formatted(session.at(), session.step().asked(), reply()),
            e);
  }

  private String reply() {
    return singleLine(session.refusal().orElseGet(session::getLastServerResponse));
  }

  /** Returns a reply as a single line. */
  private static String singleLine(String text) {
    String line = text.strip().replaceAll("\\R+", "; ").replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    return line.length() > MAX_REPLY_CHARS ? line.substring(0, MAX_REPLY_CHARS) + "..." : line;
  }

  /** Returns the first exception of the type in the chain of causes. */
  private static <T> Optional<T> find(Throwable in, Class<T> type) {
    Throwable each = in;
    while (each != null && !type.isInstance(each)) {
      each = each.getCause();
    }
    return Optional.ofNullable(each).map(type::cast);
  }
}
