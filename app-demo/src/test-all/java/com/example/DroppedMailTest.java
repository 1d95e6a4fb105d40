package com.example;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.guice.Deployment;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.mail.MailClient;
import dev.mimic.mail.MailMessage;
import dev.mimic.mail.MailModule;
import dev.mimic.testkit.TestAuthority;
import dev.mimic.testkit.TestCertificate;
import dev.mimic.tls.TlsIdentity;
import dev.mimic.tls.TlsModule;
import dev.mimic.tls.TlsTrust;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import org.junit.jupiter.api.Test;

class DroppedMailTest {
  private final TestAuthority authority = TestAuthority.create();
  private final TestCertificate certificate = authority.certificate("mail.example");
  private final MimicResolver resolver =
      Deployment.of(
              "mail",
              new InMemoryModule(InMemoryNetwork.create()),
              new TlsModule(),
              new MailModule(),
              new CertificatesModule(
                  TlsIdentity.of(certificate.privateKey(), certificate.chain()),
                  TlsTrust.of(authority.root())))
          .resolver();

  /** Serves one mail, and closes the connection after this line of the client. */
  private static void serve(Flow flow, String last) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(flow.inputStream(), US_ASCII));
    reply(flow, "220 mail.example ready");
    boolean inMail = false;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals(last)) {
        return;
      }
      inMail = (inMail || line.equals("DATA")) && !line.equals(".");
      if (line.equals("DATA")) {
        reply(flow, "354 go on");
      } else if (!inMail) {
        reply(flow, "250 OK");
      }
    }
  }

  private static void reply(Flow flow, String line) throws IOException {
    flow.write(US_ASCII.encode(line + "\r\n"));
  }

  private Exception failureOfMail(String last) throws IOException {
    MailMessage mail =
        MailMessage.builder()
            .from("ann@example.org")
            .to("bob@example.org")
            .subject("Lunch?")
            .text("At noon.")
            .build();
    try (FlowServer server =
        FlowServer.serve(resolver.listen("tls://mail.example:465"), flow -> serve(flow, last))) {
      assertThat(server.address()).isEqualTo("tls://mail.example:465");
      return assertThrows(
          PeerGoneException.class,
          () -> MailClient.of(resolver).send("smtps://mail.example", mail));
    }
  }

  @Test
  void mail_droppedAtData_wasNotDelivered() throws IOException {
    assertThat(failureOfMail("DATA")).hasMessageThat().doesNotContain("delivered");
  }

  @Test
  void mail_droppedAfterItsLastLine_mayBeDelivered() throws IOException {
    assertThat(failureOfMail(".")).hasMessageThat().contains("may have been delivered");
  }
}
