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

/** Says why a mail server did not do what it was asked for, and what to do about it. */
record SmtpFailure(SmtpConversation with) {
  private static final int MOST_SHOWN = 300;
  private static final String WANTS_LOGIN = "530"; // RFC 4954, section 6

  IOException explain(MessagingException e) {
    return explain(e, List.of());
  }

  IOException explain(MessagingException e, List<String> recipients) {
    Optional<IOException> broken = find(e, IOException.class);
    boolean ended = broken.isPresent() || with.getLastReturnCode() == -1;
    if (ended && with.refusal().isPresent()) {
      return refused(e); // which is why it has ended
    }
    if (broken.isPresent()) {
      return aboutFlow(broken.get());
    }
    if (ended) {
      return aboutEnd(e);
    }
    return switch (with.step()) {
      case LOGIN, NO_LOGIN, START_TLS -> aboutBeginning(e);
      case RCPT -> aboutRecipients(e, recipients);
      case END_OF_DATA -> with.refusal().isPresent() ? refused(e) : unclear(e);
      case GREETING, EHLO, SECOND_EHLO, MAIL, DATA, DONE -> refused(e);
    };
  }

  private IOException aboutFlow(IOException broken) {
    Optional<SmtpReplies.TooLongException> tooLong =
        find(broken, SmtpReplies.TooLongException.class);
    if (tooLong.isPresent()) {
      return new IOException(
          "%s answered with %s, which no mail server does, when it was asked %s"
              .formatted(with.at(), tooLong.get().getMessage(), with.step().unanswered()),
          broken);
    }
    String lost = "%s was lost when it was asked %s".formatted(with.at(), with.step().unanswered());
    if (find(broken, PeerGoneException.class).isPresent()) {
      return new PeerGoneException(lost, broken);
    }
    boolean byThisSide =
        broken instanceof ClosedChannelException || broken instanceof SocketTimeoutException;
    return byThisSide || broken instanceof SSLException // which says of whom
        ? broken
        : new IOException("%s: %s".formatted(lost, broken.getMessage()), broken);
  }

  private IOException aboutEnd(MessagingException e) {
    if (said().isEmpty() || said().equals("[EOF]")) {
      return new PeerGoneException(
          "%s closed the connection when it was asked %s"
              .formatted(with.at(), with.step().unanswered()),
          e);
    }
    return with.step() == SmtpStep.END_OF_DATA
        ? unclear(e)
        : new MailException("%s does not speak SMTP: it said %s".formatted(with.at(), said()), e);
  }

  /** Neither a yes nor a no, nor a {@link MailException}, which is a no. */
  private IOException unclear(MessagingException e) {
    return new IOException(
        "%s said %s when it was asked %s".formatted(with.at(), said(), with.step().unanswered()),
        e);
  }

  private IOException aboutBeginning(MessagingException e) {
    if (e instanceof AuthenticationFailedException) {
      return new MailAuthenticationException(
          "%s does not let %s in: %s"
              .formatted(with.at(), with.login(), reply(String.valueOf(e.getMessage()))),
          e);
    }
    if (with.step() == SmtpStep.NO_LOGIN) {
      return new MailAuthenticationException(
          "%s knows of no login: send without user and password, or to another port"
              .formatted(with.at()),
          e);
    }
    return with.step() == SmtpStep.START_TLS
        ? new MailTlsException(
            "%s refuses STARTTLS, and nothing is sent without: %s".formatted(with.at(), said()), e)
        : new MailTlsException(
            "%s offers no STARTTLS, and nothing is sent without: try smtps://, or another port"
                .formatted(with.at()),
            e);
  }

  private IOException aboutRecipients(MessagingException e, List<String> recipients) {
    Map<String, String> refused = new LinkedHashMap<>();
    for (Exception each = e; each instanceof MessagingException next; each = next(next)) {
      if (each instanceof SMTPAddressFailedException failed) {
        refused.put(failed.getAddress().getAddress(), reply(String.valueOf(failed.getMessage())));
      }
    }
    List<String> accepted = recipients.stream().filter(to -> !refused.containsKey(to)).toList();
    return refused.isEmpty()
        ? refused(e)
        : new MailRecipientsException(with.at(), refused, accepted, e);
  }

  @SuppressWarnings("NullAway") // the library returns null after the last
  private static Exception next(MessagingException e) {
    return e.getNextException();
  }

  private IOException refused(MessagingException e) {
    return said().startsWith(WANTS_LOGIN)
        ? new MailAuthenticationException(
            "%s wants a login: give user and password (%s)".formatted(with.at(), said()), e)
        : new MailException(
            "%s says no when asked %s: %s".formatted(with.at(), with.step().asked(), said()), e);
  }

  private String said() {
    return reply(with.refusal().orElseGet(with::getLastServerResponse));
  }

  /** Returns a reply in one line. */
  private static String reply(String text) {
    String line = text.strip().replaceAll("\\R+", "; ").replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    return line.length() > MOST_SHOWN ? line.substring(0, MOST_SHOWN) + "..." : line;
  }

  /** Returns the first of this type among the exception and all that it names. */
  private static <T> Optional<T> find(Throwable in, Class<T> type) {
    Throwable each = in;
    while (each != null && !type.isInstance(each)) {
      each = each.getCause();
    }
    return Optional.ofNullable(each).map(type::cast);
  }
}
