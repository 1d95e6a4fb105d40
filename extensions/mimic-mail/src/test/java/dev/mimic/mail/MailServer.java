package dev.mimic.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.sockets.FlowServerSocketFactory;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.Tls;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/** A third-party mail server over the network of a resolver. */
final class MailServer implements Closeable {
  static final String USER = "ann";
  static final String PASSWORD = "open-sesame";
  static final String REFUSED_RECIPIENT = "nobody@example.org";

  /** A mail with its envelope, as the server received it. */
  record ReceivedMail(String from, List<String> to, String content) {}

  private final String scheme;
  private final List<ReceivedMail> mails = new CopyOnWriteArrayList<>();
  private final List<String> logins = new CopyOnWriteArrayList<>();
  private final SMTPServer server;

  private MailServer(String scheme, FlowServerSocketFactory sockets, SMTPServer.Builder builder) {
    this.scheme = scheme;
    this.server =
        builder
            .hostName("localhost")
            .bindAddress(InetAddress.getLoopbackAddress())
            .port(0)
            .serverSocketFactory(sockets::createServerSocket)
            .messageHandlerFactory(context -> new Handler())
            .authenticationHandlerFactory(new EasyAuthenticationHandlerFactory(this::login))
            .build();
    server.start();
  }

  /** Starts a server that offers STARTTLS. */
  static MailServer start(MimicResolver resolver, TestCertificate certificate) throws IOException {
    return start(resolver, certificate, builder -> builder);
  }

  static MailServer start(
      MimicResolver resolver, TestCertificate certificate, UnaryOperator<SMTPServer.Builder> more)
      throws IOException {
    SMTPServer.Builder builder =
        SMTPServer.port(0).enableTLS().startTlsSocketFactory(Certificates.context(certificate));
    return new MailServer("smtp", FlowServerSocketFactory.of(resolver), more.apply(builder));
  }

  /** Starts a server without TLS. */
  static MailServer startClear(MimicResolver resolver) {
    return new MailServer(
        "smtp",
        FlowServerSocketFactory.of(resolver),
        SMTPServer.port(0).showAuthCapabilitiesBeforeSTARTTLS(true));
  }

  /** Starts a server whose connections use TLS from the first byte. */
  static MailServer startTls(MimicResolver resolver, TestCertificate certificate) {
    Context identity = Context.empty().with(Tls.IDENTITY, Certificates.identity(certificate));
    return new MailServer(
        "smtps",
        FlowServerSocketFactory.ofScheme(resolver, "tls").with(identity),
        SMTPServer.port(0).showAuthCapabilitiesBeforeSTARTTLS(true));
  }

  private void login(String user, String password, org.subethamail.smtp.MessageContext context)
      throws LoginFailedException {
    if (!user.equals(USER) || !password.equals(PASSWORD)) {
      throw new LoginFailedException();
    }
    logins.add(user);
  }

  int port() {
    return server.getPortAllocated();
  }

  String address() {
    return "%s://localhost:%d".formatted(scheme, port());
  }

  String addressOfUser() {
    return "%s://%s:%s@localhost:%d".formatted(scheme, USER, PASSWORD, port());
  }

  List<ReceivedMail> mails() {
    return mails;
  }

  List<String> logins() {
    return logins;
  }

  @Override
  public void close() {
    server.stop();
  }

  private final class Handler implements MessageHandler {
    private final List<String> recipients = new ArrayList<>();
    private String sender = "";

    @Override
    public void from(String from) {
      sender = from;
    }

    @Override
    public void recipient(String recipient) throws RejectException {
      if (recipient.equals(REFUSED_RECIPIENT)) {
        throw new RejectException(550, "5.1.1 no such user");
      }
      recipients.add(recipient);
    }

    @Override
    public String data(InputStream data) throws RejectException, IOException {
      String content = new String(data.readAllBytes(), UTF_8);
      if (content.contains("Subject: spam")) {
        throw new RejectException(554, "5.7.1 no spam, please");
      }
      mails.add(new ReceivedMail(sender, List.copyOf(recipients), content));
      return "taken";
    }

    @Override
    public void done() {}
  }
}
