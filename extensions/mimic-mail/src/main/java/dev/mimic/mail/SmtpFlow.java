package dev.mimic.mail;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.ForwardingFlow;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A conversation of SMTP that stands: encrypted, and logged in. Whoever reads and writes it speaks
 * SMTP, from {@code MAIL FROM} on; {@link #send} does.
 */
final class SmtpFlow extends ForwardingFlow {
  private static final Duration GOODBYE = Duration.ofSeconds(5);

  private final SmtpConversation conversation;
  private final Deadline deadline;

  SmtpFlow(SmtpConversation conversation, Deadline deadline) {
    super(conversation.flow());
    this.conversation = conversation;
    this.deadline = deadline;
  }

  /** Sends a mail by the deadline of the resolution, and says goodbye. */
  void send(MailMessage mail) throws IOException {
    try {
      deadline.bound(
          below(),
          flow -> {
            conversation.send(mail);
            return mail;
          });
    } catch (IOException e) {
      // The time may be up, or an interrupt come, in the moment that the server has taken it.
      if (conversation.step() != SmtpStep.DONE) {
        throw e instanceof SocketTimeoutException late ? conversation.silent(late) : e;
      }
    }
    sayGoodbye();
  }

  private void sayGoodbye() {
    Duration left = deadline.remaining();
    Duration limit = left.compareTo(GOODBYE) < 0 ? left : GOODBYE;
    try {
      Deadline.after(limit, deadline.timeSource())
          .bound(
              below(),
              flow -> {
                conversation.quit();
                return flow;
              });
    } catch (IOException e) {
      // The server has the mail: nothing that is said now changes that.
    }
  }

  @Override
  public FlowInfo info() {
    return super.info().under("smtp");
  }
}
