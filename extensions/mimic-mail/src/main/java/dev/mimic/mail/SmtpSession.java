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
 * An SMTP session over a flow, implemented by Jakarta Mail. It tracks the current step for messages
 * of failures. Not thread-safe, except for {@link #flow}.
 */
final class SmtpSession extends SMTPTransport {
  private static final String UTF8 = "SMTPUTF8";

  private final HostPort at;
  private final SmtpLogin login;
  private final Flow initialFlow;
  private final StartTlsSocketFactory startTls;
  private final boolean requiresStartTls;
  private final AtomicBoolean secretsSent;
  private volatile SmtpStep step = SmtpStep.GREETING;
  private Optional<String> refusal = Optional.empty();
  private boolean needsUtf8 = true; // until a mail is given

  private SmtpSession(
      Session session,
      SmtpProtocol.Endpoint to,
      Flow initialFlow,
      StartTlsSocketFactory startTls,
      AtomicBoolean secretsSent) {
    super(session, null);
    this.at = to.at();
    this.login = to.login();
    this.initialFlow = initialFlow;
    this.startTls = startTls;
    this.secretsSent = secretsSent;
    this.requiresStartTls = !to.scheme().beginsWithTls();
  }

  /** Creates a session over the flow without any I/O. */
  static SmtpSession of(SmtpProtocol.Endpoint to, Flow flow, Deadline deadline) {
    AtomicBoolean secretsSent = new AtomicBoolean();
    UnaryOperator<String> redaction =
        reply -> secretsSent.get() ? to.login().withoutPassword(reply) : reply;
    StartTlsSocketFactory startTls =
        new StartTlsSocketFactory(flow, to.tls(), to.at(), deadline, redaction);
    Properties settings = new Properties();
    settings.setProperty("mail.smtp.localhost", to.name().orElseGet(() -> ClientName.of(flow)));
    settings.setProperty("mail.smtp.auth.mechanisms", "PLAIN LOGIN");
    settings.setProperty("mail.mime.allowutf8", "true"); // see supportsExtension
    settings.setProperty("mail.smtp.ssl.checkserveridentity", "true");
    settings.setProperty("mail.smtp.socketFactory.fallback", "false");
    if (!to.scheme().beginsWithTls()) {
      settings.setProperty("mail.smtp.starttls.enable", "true");
      settings.setProperty("mail.smtp.starttls.required", "true");
    }
    settings.put("mail.smtp.ssl.socketFactory", startTls);
    return new SmtpSession(Session.getInstance(settings), to, flow, startTls, secretsSent);
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

  /** Returns the refusal of the current step, after which the server may have disconnected. */
  Optional<String> refusal() {
    return refusal;
  }

  private void begin(SmtpStep next) {
    step = next;
    refusal = Optional.empty();
  }

  /** Returns the TLS flow if TLS has started, otherwise the initial flow. */
  Flow flow() {
    return startTls.upgraded().map(tls -> (Flow) tls).orElse(initialFlow);
  }

  /** Exchanges greetings, starts TLS if necessary, and logs in. */
  void start() throws IOException {
    try {
      connect(FlowSockets.of(startTls.filtered(initialFlow)));
    } catch (MessagingException e) {
      throw new SmtpDiagnosis(this).explain(e);
    }
  }

  /** Connects as the superclass does, but neither prompts for a password nor resolves a name. */
  @Override
  public synchronized void connect(String host, int port, String user, String password)
      throws MessagingException {
    boolean connected =
        protocolConnect(
            at.host(), at.port(), login.user().orElse(null), login.password().orElse(null));
    if (!connected || (login.isGiven() && !supportsAuthentication())) {
      begin(SmtpStep.NO_LOGIN);
      throw new MessagingException("no login");
    }
    setConnected(true);
  }

  private boolean supportsAuthentication() {
    return supportsExtension("AUTH") || supportsExtension("AUTH=LOGIN");
  }

  /** Sends a mail to all recipients or to none. */
  void send(MailMessage mail) throws IOException {
    try {
      SMTPMessage message = new SMTPMessage(session, new ByteArrayInputStream(mail.bytes()));
      message.setEnvelopeFrom(mail.from());
      requireUtf8(mail.nonAsciiAddresses());
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
      throw new SmtpDiagnosis(this).explain(e, mail.recipients());
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
   * Returns false for SMTPUTF8 if the mail does not need it. Jakarta Mail uses it wherever it is
   * offered, and a server then refuses to relay the mail to servers without it. Before a mail is
   * given, Jakarta Mail calls this method only to log a missing extension.
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

  /** Ends the session. The result does not affect the delivery of the mail. */
  void quit() throws IOException {
    try {
      close();
    } catch (MessagingException e) {
      throw new SmtpDiagnosis(this).explain(e);
    }
  }

  /** Returns a timeout exception that names the step. */
  SocketTimeoutException explain(SocketTimeoutException timeout) {
    SocketTimeoutException explained =
        new SocketTimeoutException(
            "%s: %s %s".formatted(timeout.getMessage(), at, step.noAnswer()));
    explained.initCause(timeout);
    return explained;
  }

  // ---- The steps of Jakarta Mail

  @Override
  protected boolean ehlo(String domain) throws MessagingException {
    begin(step == SmtpStep.GREETING ? SmtpStep.EHLO : SmtpStep.SECOND_EHLO);
    boolean accepted = super.ehlo(domain);
    if (accepted) {
      begin(SmtpStep.LOGIN);
    } else if (requiresStartTls) {
      // STARTTLS requires EHLO. After STARTTLS, the extensions that were offered before it must be
      // discarded (RFC 3207, section 4.2).
      throw new MessagingException("EHLO failed");
    }
    return accepted;
  }

  @Override
  protected void helo(String domain) throws MessagingException {
    super.helo(domain);
    begin(SmtpStep.LOGIN);
  }

  @Override
  protected void startTLS() throws MessagingException {
    begin(SmtpStep.START_TLS);
    super.startTLS();
  }

  /** Sends a command. After AUTH, replies can contain secrets. */
  @Override
  public synchronized int simpleCommand(String command) throws MessagingException {
    if (command.startsWith("AUTH ")) {
      secretsSent.set(true);
    }
    return super.simpleCommand(command);
  }

  @Override
  protected void mailFrom() throws MessagingException {
    begin(SmtpStep.MAIL);
    super.mailFrom();
  }

  @Override
  protected void rcptTo() throws MessagingException {
    begin(SmtpStep.RCPT);
    super.rcptTo();
  }

  @Override
  protected OutputStream data() throws MessagingException {
    begin(SmtpStep.DATA);
    return super.data();
  }

  @Override
  protected void finishData() throws IOException, MessagingException {
    begin(SmtpStep.END_OF_DATA);
    super.finishData();
    begin(SmtpStep.DONE);
  }

  /**
   * Sends a command, except RSET, which Jakarta Mail sends after each refusal. No other mail
   * follows, and if the server has disconnected, RSET would hide the refusal.
   */
  @Override
  public synchronized void issueCommand(String command, int expected) throws MessagingException {
    if (!command.equals("RSET")) {
      super.issueCommand(command, expected);
    }
  }

  /**
   * Reads a reply and stores a refusal. Jakarta Mail requires 250 after MAIL and after the data,
   * but every 2yz is positive (RFC 5321, section 4.2).
   */
  @Override
  protected int readServerResponse() throws MessagingException {
    int code = super.readServerResponse();
    if (code / 100 == 4 || code / 100 == 5) {
      refusal = Optional.of(getLastServerResponse());
    }
    boolean requires250 = step == SmtpStep.MAIL || step == SmtpStep.END_OF_DATA;
    return requires250 && code / 100 == 2 ? 250 : code;
  }
}
