package dev.mimic.mail;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.MimicResolver;
import dev.mimic.ResolutionException;
import dev.mimic.peers.MailServerProgram;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Mail to aiosmtpd, as a mail parser in Python reads it. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class AiosmtpdTest {
  @TempDir static Path folder;
  private static MailServerProgram server;

  private final MimicResolver resolver = Transport.TCP.resolver();
  private final MailClient client = MailClient.of(resolver);

  @BeforeAll
  static void start() throws IOException {
    Path chain = folder.resolve("chain.pem");
    Path key = folder.resolve("key.pem");
    Certificates.good().writePem(chain, key);
    server = MailServerProgram.start(folder, chain, key);
  }

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  private static MailMessage mail(String... to) {
    return MailMessage.builder()
        .from("Ännchen <ann@example.org>")
        .to(to)
        .subject("Mittagessen? Grüße")
        .text("Um zwölf. 你好\n.\n")
        .attach("Bild ü.png", "image/png", new byte[12_345])
        .attach("notes.txt", "text/plain; charset=UTF-8", "a\nb\n".getBytes(UTF_8))
        .build();
  }

  private static String address(String scheme, String login, int port) {
    return "%s://%s@localhost:%d".formatted(scheme, login, port);
  }

  @Test
  void mail_sentByEachScheme_isReadUnchanged() throws IOException {
    String login = MailServerProgram.USER + ":" + MailServerProgram.PASSWORD;
    for (String address :
        new String[] {
          address("smtp", login, server.port()),
          address("submission", login, server.port()),
          address("smtps", login, server.tlsPort())
        }) {
      int before = server.log().length();
      client.send(address, mail("bob@example.org", "carol@example.org"), Certificates.TRUSTING);
      assertThat(server.log().substring(before).replace("\r", ""))
          .isEqualTo(
              """
              login PLAIN True
              from ann@example.org to bob@example.org carol@example.org
              subject Mittagessen? Grüße
              part text/plain None 22
              text Um zwölf. 你好
              .
              part image/png Bild ü.png 12345
              part text/plain notes.txt 4
              text a
              b
              """);
    }
  }

  @Test
  void address_internationalized_arrives() throws IOException {
    String login = MailServerProgram.USER + ":" + MailServerProgram.PASSWORD;
    String address = address("smtps", login, server.tlsPort());
    int before = server.log().length();
    for (String to : new String[] {"bob@bücher.example", "böb@bücher.example"}) {
      MailMessage mail =
          MailMessage.builder().from("ann@example.org").to(to).subject("Hi").text("hi").build();
      client.send(address, mail, Certificates.TRUSTING);
    }
    assertThat(server.log().substring(before).replace("\r", ""))
        .isEqualTo(
            """
            login PLAIN True
            from ann@example.org to bob@xn--bcher-kva.example
            subject Hi
            part text/plain None 4
            text hi
            login PLAIN True
            from ann@example.org to böb@xn--bcher-kva.example
            SMTPUTF8 böb@xn--bcher-kva.example
            subject Hi
            part text/plain None 4
            text hi
            """);
  }

  @Test
  void password_wrong_isRefused() {
    String address = address("submission", "ann:open-barley", server.port());
    ResolutionException refused =
        assertThrows(
            ResolutionException.class,
            () -> client.send(address, mail("bob@example.org"), Certificates.TRUSTING));
    assertThat(refused).hasCauseThat().isInstanceOf(MailAuthenticationException.class);
    assertThat(refused).hasMessageThat().contains("does not let ann in: 535 5.7.8");
    assertThat(refused.report()).doesNotContain("barley");
  }

  @Test
  void recipient_refused_isNamed() {
    String login = MailServerProgram.USER + ":" + MailServerProgram.PASSWORD;
    MailRecipientsException refused =
        assertThrows(
            MailRecipientsException.class,
            () ->
                client.send(
                    address("smtps", login, server.tlsPort()),
                    mail("nobody@example.org", "bob@example.org"),
                    Certificates.TRUSTING));
    assertThat(refused.refused()).containsKey("nobody@example.org");
    assertThat(refused.accepted()).containsExactly("bob@example.org");
  }

  @Test
  void smtps_toAPortWithStartTls_namesTls() {
    ResolutionException refused =
        assertThrows(
            ResolutionException.class,
            () ->
                client.send(
                    "smtps://localhost:" + server.port(),
                    mail("bob@example.org"),
                    Certificates.TRUSTING));
    assertThat(refused).hasMessageThat().contains("TLS");
  }
}
