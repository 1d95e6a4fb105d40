package dev.mimic.mail;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.ResolutionException;
import dev.mimic.flow.Flow;
import dev.mimic.mail.MailServer.ReceivedMail;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.Tls;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.subethamail.smtp.server.SMTPServer;

/** Mail to a third-party server, in memory and over TCP. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class SendingTest {
  private static final Context TRUSTING = Certificates.TRUSTING;
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private static MailMessage mail(String... to) {
    return MailMessage.builder()
        .from("Ann <ann@example.org>")
        .to(to)
        .subject("Lunch?")
        .text("At noon.\n.\n..and a dot\n")
        .build();
  }

  private static void send(MimicResolver resolver, String address, MailMessage mail)
      throws IOException {
    MailClient.of(resolver).send(address, mail, TRUSTING, TIMEOUT);
  }

  private static ResolutionException refused(
      MimicResolver resolver, String address, MailMessage mail) {
    ResolutionException refused =
        assertThrows(ResolutionException.class, () -> send(resolver, address, mail));
    assertThat(refused).hasMessageThat().doesNotContain("\n");
    assertThat(refused.report()).doesNotContain(MailServer.PASSWORD);
    return refused;
  }

  @ParameterizedTest
  @EnumSource
  void send_withStartTlsAndLogin_arrives(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    try (MailServer server =
        MailServer.start(
            resolver, Certificates.good(), builder -> builder.requireTLS().requireAuth())) {
      send(resolver, server.addressOfUser(), mail("bob@example.org", "carol@example.org"));
      assertThat(server.logins()).containsExactly("ann");
      ReceivedMail mail = server.mails().getFirst();
      assertThat(mail.from()).isEqualTo("ann@example.org");
      assertThat(mail.to()).containsExactly("bob@example.org", "carol@example.org").inOrder();
      assertThat(mail.content()).contains("\r\nSubject: Lunch?\r\n");
      assertThat(mail.content()).endsWith("\r\n\r\nAt noon.\r\n.\r\n..and a dot\r\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void send_withTlsFromTheFirstByte_arrives(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    try (MailServer server = MailServer.startTls(resolver, Certificates.good())) {
      send(resolver, server.addressOfUser(), mail("bob@example.org"));
      assertThat(server.logins()).containsExactly("ann");
      assertThat(server.mails()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void login_fromContextOrAbsent_isUsed(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    try (MailServer server = MailServer.start(resolver, Certificates.good())) {
      send(resolver, server.address(), mail("bob@example.org"));
      assertThat(server.logins()).isEmpty();
      Context login =
          TRUSTING.with(Address.USER, MailServer.USER).with(Address.PASSWORD, MailServer.PASSWORD);
      MailClient.of(resolver).send(server.address(), mail("bob@example.org"), login);
      assertThat(server.logins()).containsExactly("ann");
      assertThat(server.mails()).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void resolve_mailAddress_returnsASessionOverTls(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    try (MailServer server = MailServer.start(resolver, Certificates.good());
        Flow flow = resolver.with(TRUSTING).withTimeout(TIMEOUT).resolve(server.address())) {
      assertThat(flow.info().toString())
          .startsWith(
              transport == Transport.TCP ? "smtp(tls(tcp(127" : "smtp(tls(inmemory(localhost");
      flow.write(UTF_8.encode("NOOP\r\n"));
      assertThat(new String(flow.inputStream().readNBytes(3), UTF_8)).isEqualTo("250");
      assertThat(resolver.plan(server.address()).connections().getFirst())
          .startsWith(
              transport == Transport.TCP
                  ? "smtp(tls(tcp(localhost"
                  : "smtp(tls(inmemory(localhost");
    }
  }

  @ParameterizedTest
  @EnumSource
  void startTls_notOffered_sendsNothing(Transport transport) {
    MimicResolver resolver = transport.resolver();
    try (MailServer server = MailServer.startClear(resolver)) {
      ResolutionException refused =
          refused(resolver, server.addressOfUser(), mail("bob@example.org"));
      assertThat(refused).hasCauseThat().isInstanceOf(MailTlsException.class);
      assertThat(refused)
          .hasMessageThat()
          .contains("offers no STARTTLS, which is required: use smtps://");
      assertThat(server.mails()).isEmpty();
      assertThat(server.logins()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void certificate_invalid_isRefused(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    assertRefuses(resolver, Certificates.otherName(), "localhost");
    assertRefuses(resolver, Certificates.untrusted(), "trust");
    assertRefuses(resolver, Certificates.expired(), "expired");
  }

  private static void assertRefuses(MimicResolver resolver, TestCertificate certificate, String why)
      throws IOException {
    try (MailServer clear = MailServer.start(resolver, certificate);
        MailServer tls = MailServer.startTls(resolver, certificate)) {
      for (MailServer server : List.of(clear, tls)) {
        ResolutionException refused =
            refused(resolver, server.addressOfUser(), mail("bob@example.org"));
        assertThat(refused).hasCauseThat().isInstanceOf(SSLHandshakeException.class);
        assertThat(refused).hasMessageThat().contains(why);
        assertThat(server.mails()).isEmpty();
        assertThat(server.logins()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void serverName_inContext_isVerified(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    try (MailServer server = MailServer.start(resolver, Certificates.otherName())) {
      Context other = TRUSTING.with(Tls.SERVER_NAME, "other.example");
      MailClient.of(resolver).send(server.address(), mail("bob@example.org"), other);
      assertThat(server.mails()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void password_wrong_isReportedAndNotShown(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    try (MailServer server = MailServer.start(resolver, Certificates.good())) {
      String address = "smtp://ann:open-barley@localhost:" + server.port();
      ResolutionException refused = refused(resolver, address, mail("bob@example.org"));
      assertThat(refused).hasCauseThat().isInstanceOf(MailAuthenticationException.class);
      assertThat(refused).hasMessageThat().contains("does not let ann in: 535");
      assertThat(refused.report()).doesNotContain("barley");
      assertThat(server.mails()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void settings_invalid_areReportedBeforeConnecting(Transport transport) {
    MimicResolver resolver = transport.resolver();
    ResolutionException user = refused(resolver, "smtp://ann@localhost:1", mail("bob@example.org"));
    assertThat(user).hasMessageThat().contains("no password is given for the user ann");
    Context evil = TRUSTING.with(Mail.NAME, "a.example\r\nMAIL FROM:<eve@example.org>");
    IOException name =
        assertThrows(
            IOException.class,
            () ->
                MailClient.of(resolver).send("smtp://localhost:1", mail("bob@example.org"), evil));
    assertThat(name).hasMessageThat().contains("mail.name must be the name of a host");
  }

  @ParameterizedTest
  @EnumSource
  void login_missing_isRequested(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    try (MailServer server =
        MailServer.start(resolver, Certificates.good(), SMTPServer.Builder::requireAuth)) {
      MailAuthenticationException refused =
          assertThrows(
              MailAuthenticationException.class,
              () -> send(resolver, server.address(), mail("bob@example.org")));
      assertThat(refused)
          .hasMessageThat()
          .contains("requires authentication: give a user and a password (530");
    }
  }

  @ParameterizedTest
  @EnumSource
  void recipient_refused_isNamedAndNothingIsSent(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    try (MailServer server = MailServer.start(resolver, Certificates.good())) {
      MailRecipientsException refused =
          assertThrows(
              MailRecipientsException.class,
              () ->
                  send(
                      resolver,
                      server.address(),
                      mail("bob@example.org", MailServer.REFUSED_RECIPIENT, "carol@example.org")));
      assertThat(refused.refused())
          .containsExactly(MailServer.REFUSED_RECIPIENT, "550 5.1.1 no such user");
      assertThat(refused.accepted())
          .containsExactly("bob@example.org", "carol@example.org")
          .inOrder();
      assertThat(refused)
          .hasMessageThat()
          .endsWith(
              "refuses 1 of 3 recipients, and nothing was sent: "
                  + "nobody@example.org (550 5.1.1 no such user)");
      assertThat(server.mails()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void mail_refused_quotesTheServer(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    MailMessage spam =
        MailMessage.builder().from("a@example.org").to("b@example.org").subject("spam").build();
    try (MailServer server = MailServer.start(resolver, Certificates.good())) {
      MailException refused =
          assertThrows(MailException.class, () -> send(resolver, server.address(), spam));
      assertThat(refused).hasMessageThat().contains("554 5.7.1 no spam, please");
    }
  }

  @ParameterizedTest
  @EnumSource
  void connect_withoutListener_isRefused(Transport transport) {
    MimicResolver resolver = transport.resolver();
    int port;
    try (MailServer server = MailServer.startClear(resolver)) {
      port = server.port();
    }
    ResolutionException refused =
        refused(resolver, "smtp://localhost:" + port, mail("bob@example.org"));
    assertThat(refused).hasCauseThat().isInstanceOf(ConnectException.class);
  }

  @ParameterizedTest
  @EnumSource
  void address_ofAnotherScheme_isRefused(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    try (MailServer server = MailServer.startClear(resolver)) {
      IOException refused =
          assertThrows(
              IOException.class,
              () -> send(resolver, "tcp://localhost:" + server.port(), mail("bob@example.org")));
      assertThat(refused).hasMessageThat().contains("use smtp://, submission:// or smtps://");
    }
  }

  @ParameterizedTest
  @EnumSource
  void eightBitMail_with8BitMime_isSent(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    String mime = "From: a@example.org\nTo: b@example.org\nBcc: c@example.org\n\nGrüße\n";
    try (MailServer server = MailServer.start(resolver, Certificates.good())) {
      send(resolver, server.address(), MailMessage.ofMime(mime.getBytes(UTF_8)));
      ReceivedMail mail = server.mails().getFirst();
      assertThat(mail.to()).containsExactly("b@example.org", "c@example.org").inOrder();
      assertThat(mail.content()).endsWith("\r\n\r\nGrüße\r\n");
      assertThat(mail.content()).doesNotContain("c@example.org");
    }
  }

  @ParameterizedTest
  @EnumSource
  void mail_withMixedLineEnds_isOneMail(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    String mime = "From: a@example.org\nTo: b@example.org\n\na\r.\rb\n.\nc\r\n.\rd\n.\r\nQUIT\r";
    try (MailServer server = MailServer.start(resolver, Certificates.good())) {
      send(resolver, server.address(), MailMessage.ofMime(mime.getBytes(UTF_8)));
      assertThat(server.mails()).hasSize(1);
      assertThat(server.mails().getFirst().content())
          .endsWith("\r\n\r\na\r\n.\r\nb\r\n.\r\nc\r\n.\r\nd\r\n.\r\nQUIT\r\n");
    }
  }
}
