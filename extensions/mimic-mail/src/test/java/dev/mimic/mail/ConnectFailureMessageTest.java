package dev.mimic.mail;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.common.truth.StringSubject;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.ResolutionException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The messages of failures to connect to a mail server, each a single line. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class ConnectFailureMessageTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final MailMessage MAIL =
      MailMessage.builder().from("ann@example.org").to("bob@example.org").build();

  private static StringSubject assertMessage(
      MimicResolver resolver, String address, Context context) {
    ResolutionException failure =
        assertThrows(
            ResolutionException.class,
            () -> MailClient.of(resolver).send(address, MAIL, context, TIMEOUT));
    assertThat(failure).hasMessageThat().doesNotContain("\n");
    assertThat(failure).hasMessageThat().doesNotContain("open-");
    return assertThat(failure).hasMessageThat();
  }

  @ParameterizedTest
  @EnumSource
  void host_unknown_isReported(Transport transport) {
    String why =
        switch (transport) {
          case MEMORY -> "no host is called \"nowhere\\.invalid\" in this network: .*";
          case TCP -> "unknown host nowhere\\.invalid \\(.*\\)";
        };
    assertMessage(transport.resolver(), "smtp://nowhere.invalid", Context.empty())
        .matches("cannot connect to smtp://nowhere\\.invalid: " + why);
  }

  @ParameterizedTest
  @EnumSource
  void host_withoutListener_isReported(Transport transport) {
    MimicResolver resolver = transport.resolver();
    String address;
    try (MailServer server = MailServer.startClear(resolver)) {
      address = server.address();
    }
    String at = address.substring("smtp://".length());
    String why =
        switch (transport) {
          case MEMORY -> "connection refused: no listener on %s \\(.*\\)";
          case TCP -> "connection refused by %s \\(.*\\)";
        };
    assertMessage(resolver, address, Context.empty())
        .matches("cannot connect to %s: ".formatted(address) + why.formatted(at));
  }

  @Test
  void host_unreachable_isReported() {
    Network unreachable =
        new StubNetwork(
            () -> {
              throw new NoRouteToHostException("No route to host");
            });
    assertMessage(
            Transport.MEMORY.resolver(),
            "submission://mail.example",
            Context.empty().with(Network.BASE, unreachable))
        .isEqualTo("cannot connect to submission://mail.example: No route to host");
  }

  @ParameterizedTest
  @EnumSource
  void password_wrong_isReported(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    try (MailServer server = MailServer.start(resolver, Certificates.good())) {
      int port = server.port();
      assertMessage(resolver, "smtp://ann:open-barley@localhost:" + port, Certificates.TRUSTING)
          .isEqualTo(
              ("cannot connect to smtp://ann:***@localhost:%d: localhost:%d does not let ann in: "
                      + "535 Authentication credentials invalid")
                  .formatted(port, port));
    }
  }

  @ParameterizedTest
  @EnumSource
  void certificate_expired_isReported(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    try (MailServer server = MailServer.start(resolver, Certificates.expired())) {
      assertMessage(resolver, server.addressOfUser(), Certificates.TRUSTING)
          .matches(
              "cannot connect to smtp://ann:\\*\\*\\*@localhost:\\d+: no TLS with .*: the"
                  + " certificate of CN=localhost has expired: it was valid until .*Z, and now it"
                  + " is .*Z: its owner has to renew it");
    }
  }
}
