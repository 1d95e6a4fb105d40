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
import dev.mimic.mail.MailServer.Arrived;
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

/** Mail to a server that others wrote, in memory and over TCP. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class SendingTest {
  private static final Context TRUSTING = Certificates.TRUSTING;
  private static final Duration ENOUGH = Duration.ofSeconds(20);

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
    MailClient.of(resolver).send(address, mail, TRUSTING, ENOUGH);
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
  void aMailArrivesOverStartTlsFromWhoHasLoggedIn(Net net) throws Exception {
    MimicResolver resolver = net.resolver();
    try (MailServer server =
        MailServer.start(
            resolver, Certificates.good(), builder -> builder.requireTLS().requireAuth())) {
      send(resolver, server.addressOfUser(), mail("bob@example.org", "carol@example.org"));
      assertThat(server.logins()).containsExactly("ann");
      Arrived arrived = server.arrived().getFirst();
      assertThat(arrived.from()).isEqualTo("ann@example.org");
      assertThat(arrived.to()).containsExactly("bob@example.org", "carol@example.org").inOrder();
      assertThat(arrived.content()).contains("\r\nSubject: Lunch?\r\n");
      assertThat(arrived.content()).endsWith("\r\n\r\nAt noon.\r\n.\r\n..and a dot\r\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMailArrivesOverTlsFromTheFirstByte(Net net) throws Exception {
    MimicResolver resolver = net.resolver();
    try (MailServer server = MailServer.startTls(resolver, Certificates.good())) {
      send(resolver, server.addressOfUser(), mail("bob@example.org"));
      assertThat(server.logins()).containsExactly("ann");
      assertThat(server.arrived()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void userAndPasswordCanComeFromTheContextAndNobodyNeedsToLogIn(Net net) throws Exception {
    MimicResolver resolver = net.resolver();
    try (MailServer server = MailServer.start(resolver, Certificates.good())) {
      send(resolver, server.address(), mail("bob@example.org"));
      assertThat(server.logins()).isEmpty();
      Context login =
          TRUSTING.with(Address.USER, MailServer.USER).with(Address.PASSWORD, MailServer.PASSWORD);
      MailClient.of(resolver).send(server.address(), mail("bob@example.org"), login);
      assertThat(server.logins()).containsExactly("ann");
      assertThat(server.arrived()).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theFlowOfAnAddressIsAConversationOverTls(Net net) throws Exception {
    MimicResolver resolver = net.resolver();
    try (MailServer server = MailServer.start(resolver, Certificates.good());
        Flow flow = resolver.with(TRUSTING).withTimeout(ENOUGH).resolve(server.address())) {
      assertThat(flow.info().toString())
          .startsWith(net == Net.TCP ? "smtp(tls(tcp(127" : "smtp(tls(inmemory(localhost");
      flow.write(UTF_8.encode("NOOP\r\n"));
      assertThat(new String(flow.inputStream().readNBytes(3), UTF_8)).isEqualTo("250");
      assertThat(resolver.plan(server.address()).connections().getFirst())
          .startsWith(net == Net.TCP ? "smtp(tls(tcp(localhost" : "smtp(tls(inmemory(localhost");
    }
  }

  @ParameterizedTest
  @EnumSource
  void withoutStartTlsNothingIsSent(Net net) {
    MimicResolver resolver = net.resolver();
    try (MailServer server = MailServer.startClear(resolver)) {
      ResolutionException refused =
          refused(resolver, server.addressOfUser(), mail("bob@example.org"));
      assertThat(refused).hasCauseThat().isInstanceOf(MailTlsException.class);
      assertThat(refused)
          .hasMessageThat()
          .contains("offers no STARTTLS, and nothing is sent without: try smtps://");
      assertThat(server.arrived()).isEmpty();
      assertThat(server.logins()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void certificatesThatAreNotTheServersAreRefused(Net net) throws Exception {
    MimicResolver resolver = net.resolver();
    assertRefuses(resolver, Certificates.ofAnotherName(), "localhost");
    assertRefuses(resolver, Certificates.ofAStranger(), "trust");
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
        assertThat(server.arrived()).isEmpty();
        assertThat(server.logins()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theNameThatTheCertificateMustHaveCanBeSaid(Net net) throws Exception {
    MimicResolver resolver = net.resolver();
    try (MailServer server = MailServer.start(resolver, Certificates.ofAnotherName())) {
      Context other = TRUSTING.with(Tls.SERVER_NAME, "other.example");
      MailClient.of(resolver).send(server.address(), mail("bob@example.org"), other);
      assertThat(server.arrived()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWrongPasswordIsToldAndNotShown(Net net) throws Exception {
    MimicResolver resolver = net.resolver();
    try (MailServer server = MailServer.start(resolver, Certificates.good())) {
      String address = "smtp://ann:open-barley@localhost:" + server.port();
      ResolutionException refused = refused(resolver, address, mail("bob@example.org"));
      assertThat(refused).hasCauseThat().isInstanceOf(MailAuthenticationException.class);
      assertThat(refused).hasMessageThat().contains("does not let ann in: 535");
      assertThat(refused.report()).doesNotContain("barley");
      assertThat(server.arrived()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeSaidIsToldBeforeAnythingIsConnected(Net net) {
    MimicResolver resolver = net.resolver();
    ResolutionException user = refused(resolver, "smtp://ann@localhost:1", mail("bob@example.org"));
    assertThat(user).hasMessageThat().contains("there is no password for ann");
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
  void aServerThatWantsALoginIsTold(Net net) throws Exception {
    MimicResolver resolver = net.resolver();
    try (MailServer server =
        MailServer.start(resolver, Certificates.good(), SMTPServer.Builder::requireAuth)) {
      MailAuthenticationException refused =
          assertThrows(
              MailAuthenticationException.class,
              () -> send(resolver, server.address(), mail("bob@example.org")));
      assertThat(refused).hasMessageThat().contains("wants a login: give user and password (530");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRecipientWhoIsRefusedIsNamedAndNobodyGetsTheMail(Net net) throws Exception {
    MimicResolver resolver = net.resolver();
    try (MailServer server = MailServer.start(resolver, Certificates.good())) {
      MailRecipientsException refused =
          assertThrows(
              MailRecipientsException.class,
              () ->
                  send(
                      resolver,
                      server.address(),
                      mail("bob@example.org", MailServer.NOBODY, "carol@example.org")));
      assertThat(refused.refused()).containsExactly(MailServer.NOBODY, "550 5.1.1 no such user");
      assertThat(refused.accepted())
          .containsExactly("bob@example.org", "carol@example.org")
          .inOrder();
      assertThat(refused)
          .hasMessageThat()
          .endsWith(
              "refuses 1 of 3 recipients, and nothing was sent: "
                  + "nobody@example.org (550 5.1.1 no such user)");
      assertThat(server.arrived()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMailThatIsRefusedIsToldInTheServersWords(Net net) throws Exception {
    MimicResolver resolver = net.resolver();
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
  void nobodyListeningIsARefusal(Net net) {
    MimicResolver resolver = net.resolver();
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
  void whatIsNoAddressOfMailIsToldSo(Net net) throws Exception {
    MimicResolver resolver = net.resolver();
    try (MailServer server = MailServer.startClear(resolver)) {
      IOException refused =
          assertThrows(
              IOException.class,
              () -> send(resolver, "tcp://localhost:" + server.port(), mail("bob@example.org")));
      assertThat(refused).hasMessageThat().contains("write smtp://, submission:// or smtps://");
    }
  }

  @ParameterizedTest
  @EnumSource
  void bytesAbove127AreSentWhereTheServerTakesThem(Net net) throws Exception {
    MimicResolver resolver = net.resolver();
    String mime = "From: a@example.org\nTo: b@example.org\nBcc: c@example.org\n\nGrüße\n";
    try (MailServer server = MailServer.start(resolver, Certificates.good())) {
      send(resolver, server.address(), MailMessage.ofMime(mime.getBytes(UTF_8)));
      Arrived arrived = server.arrived().getFirst();
      assertThat(arrived.to()).containsExactly("b@example.org", "c@example.org").inOrder();
      assertThat(arrived.content()).endsWith("\r\n\r\nGrüße\r\n");
      assertThat(arrived.content()).doesNotContain("c@example.org");
    }
  }

  @ParameterizedTest
  @EnumSource
  void mail_withLineEndsOfAllKinds_isOneMail(Net net) throws Exception {
    MimicResolver resolver = net.resolver();
    String mime = "From: a@example.org\nTo: b@example.org\n\na\r.\rb\n.\nc\r\n.\rd\n.\r\nQUIT\r";
    try (MailServer server = MailServer.start(resolver, Certificates.good())) {
      send(resolver, server.address(), MailMessage.ofMime(mime.getBytes(UTF_8)));
      assertThat(server.arrived()).hasSize(1);
      assertThat(server.arrived().getFirst().content())
          .endsWith("\r\n\r\na\r\n.\r\nb\r\n.\r\nc\r\n.\r\nd\r\n.\r\nQUIT\r\n");
    }
  }
}
