package dev.mimic.mail;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.ForwardingFlow;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A flow of an established SMTP session, which is encrypted and logged in. {@link #send} sends a
 * mail. Direct reads and writes are SMTP, beginning with {@code MAIL FROM}.
 */
final class SmtpFlow extends ForwardingFlow {
  private static final Duration QUIT_TIMEOUT = Duration.ofSeconds(5);

  private final SmtpSession session;
  private final Deadline deadline;

  SmtpFlow(SmtpSession session, Deadline deadline) {
    super(session.flow());
    this.session = session;
    this.deadline = deadline;
  }

  /** Sends a mail by the deadline of the resolution, then ends the session. */
  void send(MailMessage mail) throws IOException {
    try {
      deadline.guard(
          below(),
          flow -> {
            session.send(mail);
            return mail;
          });
    } catch (IOException e) {
      // If the server has accepted the mail, a timeout or interrupt at that moment is no failure.
      if (session.step() != SmtpStep.DONE) {
        throw e instanceof SocketTimeoutException timeout ? session.explain(timeout) : e;
      }
    }
    quit();
  }

  private void quit() {
    Duration left = deadline.remaining();
    Duration limit = left.compareTo(QUIT_TIMEOUT) < 0 ? left : QUIT_TIMEOUT;
    try {
      Deadline.after(limit, deadline.timeSource())
          .guard(
              below(),
              flow -> {
                session.quit();
                return flow;
              });
    } catch (IOException e) {
      // The server has accepted the mail, whatever it answers to QUIT.
    }
  }

  @Override
  public FlowInfo info() {
    return super.info().under("smtp");
  }
}
