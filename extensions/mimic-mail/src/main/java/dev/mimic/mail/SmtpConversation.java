package dev.mimic.mail;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.sockets.FlowSockets;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.eclipse.angus.mail.smtp.SMTPMessage;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/**
 * What is said to a mail server over one flow, by the library. It knows what it waits for, so that
 * a failure can tell. Not thread-safe, but for {@link #flow}.
 */
final class SmtpConversation extends SMTPTransport {
  private static final String UTF8 = "SMTPUTF8";

  private final HostPort at;
  private final SmtpLogin login;
  private final Flow first;
  private final StartTls startTls;
  private final boolean demandsStartTls;
  private final AtomicBoolean secretsSent;
  private volatile SmtpStep step = SmtpStep.GREETING;
  private Optional<String> refusal = Optional.empty();
  private boolean needsUtf8 = true; // not known yet

  private SmtpConversation(
      Session session,
      SmtpProtocol.Endpoint to,
      Flow first,
      StartTls startTls,
      AtomicBoolean secretsSent) {
    super(session, null);
    this.at = to.at();
    this.login = to.login();
    this.first = first;
    this.startTls = startTls;
    this.secretsSent = secretsSent;
    this.demandsStartTls = !to.scheme().beginsWithTls();
  }

  /** Returns the conversation over this flow, which has not begun. */
  static SmtpConversation of(SmtpProtocol.Endpoint to, Flow flow, Deadline deadline) {
    AtomicBoolean secretsSent = new AtomicBoolean();
    UnaryOperator<String> shown =
        reply -> secretsSent.get() ? to.login().withoutPassword(reply) : reply;
    StartTls startTls = new StartTls(flow, to.tls(), to.at(), deadline, shown);
    Properties settings = new Properties();
    settings.setProperty("mail.smtp.localhost", to.name().orElseGet(() -> SmtpName.of(flow)));
    settings.setProperty("mail.smtp.auth.mechanisms", "PLAIN LOGIN");
    settings.setProperty("mail.mime.allowutf8", "true"); // if the mail needs it
    settings.setProperty("mail.smtp.ssl.checkserveridentity", "true");
    settings.setProperty("mail.smtp.socketFactory.fallback", "false");
    if (!to.scheme().beginsWithTls()) {
      settings.setProperty("mail.smtp.starttls.enable", "true");
      settings.setProperty("mail.smtp.starttls.required", "true");
    }
    settings.put("mail.smtp.ssl.socketFactory", startTls);
    return new SmtpConversation(Session.getInstance(settings), to, flow, startTls, secretsSent);
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

  /** Returns what the server said no with, at this step; it may have ended the connection then. */
  Optional<String> refusal() {
    return refusal;
  }

  private void ask(SmtpStep next) {
    step = next;
    refusal = Optional.empty();
  }

  /** Returns what the server is spoken to over: encrypted, once it has begun. */
  Flow flow() {
    return startTls.upgraded().map(tls -> (Flow) tls).orElse(first);
  }

  /** Greets, begins TLS if it has not begun, and logs in. */
  void begin() throws IOException {
    try {
      connect(FlowSockets.of(startTls.replies(first)));
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
      ask(SmtpStep.NO_LOGIN);
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
      requireUtf8(mail.addressesInUtf8());
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

  private void requireUtf8(List<String> addresses) throws MailException {
    if (!addresses.isEmpty() && !super.supportsExtension(UTF8)) {
      throw new MailException(
          "%s takes no address that is not in ASCII before the @ (%s): it does not offer SMTPUTF8"
              .formatted(at, String.join(", ", addresses)),
          null);
    }
    needsUtf8 = !addresses.isEmpty();
  }

  /**
   * Returns false for SMTPUTF8 if the mail does not need it: the library asks for it wherever it is
   * offered, and servers then refuse to pass the mail on to others without it. Before there is a
   * mail, the library asks only to log that it is missing.
   */
  @Override
  public boolean supportsExtension(String name) {
    return name.equals(UTF8) ? needsUtf8 : super.supportsExtension(name);
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
    ask(step == SmtpStep.GREETING ? SmtpStep.EHLO : SmtpStep.SECOND_EHLO);
    boolean well = super.ehlo(domain);
    if (well) {
      ask(SmtpStep.LOGIN);
    } else if (demandsStartTls) {
      // There is no STARTTLS without EHLO; and over TLS, what was offered in clear is not to be
      // believed (RFC 3207, section 4.2).
      throw new MessagingException("EHLO failed");
    }
    return well;
  }

  @Override
  protected void helo(String domain) throws MessagingException {
    super.helo(domain);
    ask(SmtpStep.LOGIN);
  }

  @Override
  protected void startTLS() throws MessagingException {
    ask(SmtpStep.START_TLS);
    super.startTLS();
  }

  /** Notes that the server may repeat a secret from now on. */
  @Override
  public synchronized int simpleCommand(String command) throws MessagingException {
    if (command.startsWith("AUTH ")) {
      secretsSent.set(true);
    }
    return super.simpleCommand(command);
  }

  @Override
  protected void mailFrom() throws MessagingException {
    ask(SmtpStep.MAIL);
    super.mailFrom();
  }

  @Override
  protected void rcptTo() throws MessagingException {
    ask(SmtpStep.RCPT);
    super.rcptTo();
  }

  @Override
  protected OutputStream data() throws MessagingException {
    ask(SmtpStep.DATA);
    return super.data();
  }

  @Override
  protected void finishData() throws IOException, MessagingException {
    ask(SmtpStep.END_OF_DATA);
    super.finishData();
    ask(SmtpStep.DONE);
  }

  /**
   * Leaves out RSET, which the library says after each refusal: no other mail follows, and a server
   * that has hung up after its refusal must not be lost then.
   */
  @Override
  public synchronized void issueCommand(String command, int expected) throws MessagingException {
    if (!command.equals("RSET")) {
      super.issueCommand(command, expected);
    }
  }

  /**
   * Notes a refusal; takes every 2yz for the 250 that the library wants (RFC 5321, section 4.2).
   */
  @Override
  protected int readServerResponse() throws MessagingException {
    int code = super.readServerResponse();
    if (code / 100 == 4 || code / 100 == 5) {
      refusal = Optional.of(getLastServerResponse());
    }
    boolean anyWell = step == SmtpStep.MAIL || step == SmtpStep.END_OF_DATA;
    return anyWell && code / 100 == 2 ? 250 : code;
  }
}
