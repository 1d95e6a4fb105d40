package dev.mimic.mail;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.HostPort;
import dev.mimic.sockets.FlowSockets;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPMessage;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/**
 * What is said to a mail server over one flow, by the library. It knows what it waits for, so that
 * a failure can tell. Not thread-safe, but for {@link #flow}.
 */
final class SmtpConversation extends SMTPTransport {
  private final HostPort at;
  private final SmtpLogin login;
  private final Flow first;
  private final StartTls startTls;
  private volatile SmtpStep step = SmtpStep.GREETING;

  private SmtpConversation(
      Session session, SmtpProtocol.Endpoint to, Flow first, StartTls startTls) {
    super(session, null);
    this.at = to.at();
    this.login = to.login();
    this.first = first;
    this.startTls = startTls;
  }

  /** Returns the conversation over this flow, which has not begun. */
  static SmtpConversation of(SmtpProtocol.Endpoint to, Flow flow, Deadline deadline) {
    StartTls startTls = new StartTls(flow, to.tls(), to.at(), deadline);
    Properties settings = new Properties();
    settings.setProperty("mail.smtp.localhost", to.name().orElseGet(() -> SmtpName.of(flow)));
    settings.setProperty("mail.smtp.auth.mechanisms", "PLAIN LOGIN");
    settings.setProperty("mail.smtp.ssl.checkserveridentity", "true");
    settings.setProperty("mail.smtp.socketFactory.fallback", "false");
    if (!to.scheme().beginsWithTls()) {
      settings.setProperty("mail.smtp.starttls.enable", "true");
      settings.setProperty("mail.smtp.starttls.required", "true");
    }
    settings.put("mail.smtp.ssl.socketFactory", startTls);
    return new SmtpConversation(Session.getInstance(settings), to, flow, startTls);
  }

  HostPort at() {
    return at;
  }

  SmtpLogin login() {
    return login;
  }

  SmtpStep step() {
    return step;
  }

  /** Returns what the server is spoken to over: encrypted, once it has begun. */
  Flow flow() {
    return startTls.upgraded().map(tls -> (Flow) tls).orElse(first);
  }

  /** Greets, begins TLS if it has not begun, and logs in. */
  void begin() throws IOException {
    try {
      connect(FlowSockets.of(first));
    } catch (MessagingException e) {
      throw new SmtpFailure(this).explain(e);
    }
  }

  /** What the library's own does, but asks nobody for passwords, and looks no name up. */
  @Override
  public synchronized void connect(String host, int port, String user, String password)
      throws MessagingException {
    boolean well =
        protocolConnect(
            at.host(), at.port(), login.user().orElse(null), login.password().orElse(null));
    if (!well || (login.isGiven() && !takesLogins())) {
      step = SmtpStep.NO_LOGIN;
      throw new MessagingException("no login");
    }
    setConnected(true);
  }

  private boolean takesLogins() {
    return supportsExtension("AUTH") || supportsExtension("AUTH=LOGIN");
  }

  /** Sends a mail, to all recipients or to none. */
  void send(MailMessage mail) throws IOException {
    try {
      SMTPMessage message = new SMTPMessage(session, new ByteArrayInputStream(mail.bytes()));
      message.setEnvelopeFrom(mail.from());
      if (mail.hasEightBits()) {
        if (!supportsExtension("8BITMIME")) {
          throw new MailException(
              "%s takes no mail with bytes above 127: encode it in base64 or quoted-printable"
                  .formatted(at),
              null);
        }
        message.setMailExtension("BODY=8BITMIME");
      }
      sendMessage(message, recipients(mail.recipients()));
    } catch (MessagingException e) {
      throw new SmtpFailure(this).explain(e, mail.recipients());
    }
  }

  private static InternetAddress[] recipients(List<String> addresses) throws MessagingException {
    InternetAddress[] all = new InternetAddress[addresses.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = new InternetAddress(addresses.get(i), true);
    }
    return all;
  }

  /** Says goodbye. The mail is delivered or not, whatever comes of this. */
  void quit() throws IOException {
    try {
      close();
    } catch (MessagingException e) {
      throw new SmtpFailure(this).explain(e);
    }
  }

  /** Returns what to tell when time is up. */
  SocketTimeoutException silent(SocketTimeoutException late) {
    SocketTimeoutException told =
        new SocketTimeoutException("%s: %s %s".formatted(late.getMessage(), at, step.silence()));
    told.initCause(late);
    return told;
  }

  // ---- What the library is about to do

  @Override
  protected boolean ehlo(String domain) throws MessagingException {
    step = step == SmtpStep.GREETING ? SmtpStep.EHLO : SmtpStep.SECOND_EHLO;
    boolean well = super.ehlo(domain);
    if (step == SmtpStep.SECOND_EHLO && !well) {
      // What it offered in clear is not to be believed (RFC 3207, section 4.2).
      throw new MessagingException("EHLO failed");
    }
    step = SmtpStep.LOGIN;
    return well;
  }

  @Override
  protected void startTLS() throws MessagingException {
    step = SmtpStep.START_TLS;
    super.startTLS();
  }

  @Override
  protected void mailFrom() throws MessagingException {
    step = SmtpStep.MAIL;
    super.mailFrom();
  }

  @Override
  protected void rcptTo() throws MessagingException {
    step = SmtpStep.RCPT;
    super.rcptTo();
  }

  @Override
  protected OutputStream data() throws MessagingException {
    step = SmtpStep.DATA;
    return super.data();
  }

  @Override
  protected void finishData() throws IOException, MessagingException {
    step = SmtpStep.END_OF_DATA;
    super.finishData();
    step = SmtpStep.DONE;
  }
}
