package dev.mimic.mail;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.FlowInfo;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * A conversation of SMTP that stands: encrypted, and logged in. Whoever reads and writes it speaks
 * SMTP, from {@code MAIL FROM} on; {@link #send} does.
 */
final class SmtpFlow implements Flow {
  private static final Duration GOODBYE = Duration.ofSeconds(5);

  private final SmtpConversation conversation;
  private final Deadline deadline;
  private final Flow below;

  SmtpFlow(SmtpConversation conversation, Deadline deadline) {
    this.conversation = conversation;
    this.deadline = deadline;
    this.below = conversation.flow();
  }

  /** Sends a mail by the deadline of the resolution, and says goodbye. */
  void send(MailMessage mail) throws IOException {
    try {
      deadline.bound(
          below,
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
              below,
              flow -> {
                conversation.quit();
                return flow;
              });
    } catch (IOException e) {
      // The server has the mail: nothing that is said now changes that.
    }
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    return below.read(dst);
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    return below.write(src);
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    return below.write(srcs, offset, length);
  }

  @Override
  public void shutdownInput() throws IOException {
    below.shutdownInput();
  }

  @Override
  public void shutdownOutput() throws IOException {
    below.shutdownOutput();
  }

  @Override
  public void readTimeout(Duration atMost) {
    below.readTimeout(atMost);
  }

  @Override
  public FlowInfo info() {
    return below.info().under("smtp");
  }

  @Override
  public <T> Optional<T> find(Class<T> type) {
    return type.isInstance(this) ? Optional.of(type.cast(this)) : below.find(type);
  }

  @Override
  public boolean isOpen() {
    return below.isOpen();
  }

  @Override
  public void close() throws IOException {
    below.close();
  }
}
