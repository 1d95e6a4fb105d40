package dev.mimic.mail;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.common.base.Throwables;
import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.ResolutionException;
import dev.mimic.ResolutionTimeoutException;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.mail.ScriptedServer.Script;
import dev.mimic.mail.ScriptedServer.Side;
import dev.mimic.testkit.BreakingNetwork;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures of mail servers that violate the protocol, disconnect or do not answer. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class FailureTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final MailMessage MAIL =
      MailMessage.builder()
          .from("ann@example.org")
          .to("bob@example.org")
          .text("line\n".repeat(200_000))
          .build();

  // Larger than socket buffers, so that sending blocks while the server does not read.
  private static final MailMessage LARGE =
      MailMessage.builder()
          .from("ann@example.org")
          .to("bob@example.org")
          .attach("large", "application/octet-stream", new byte[12 << 20])
          .build();

  private List<String> heard = List.of();

  private <E extends IOException> E failure(Transport transport, Class<E> type, Script script)
      throws IOException {
    return failure(transport, type, MAIL, script);
  }

  private <E extends IOException> E failure(
      Transport transport, Class<E> type, MailMessage mail, Script script) throws IOException {
    MimicResolver resolver = transport.resolver();
    try (ScriptedServer server = ScriptedServer.start(resolver, script)) {
      heard = server.heard();
      E failure = assertThrows(type, () -> send(resolver, server, mail));
      assertThat(failure).hasMessageThat().doesNotContain("\n");
      return failure;
    }
  }

  private static void send(MimicResolver resolver, ScriptedServer server, MailMessage mail)
      throws IOException {
    MailClient.of(resolver).send(server.address(), mail, Certificates.TRUSTING, TIMEOUT);
  }

  @Test
  void send_serverWithoutGreeting_timesOut() throws Exception {
    ManualTimeSource time = new ManualTimeSource();
    MimicResolver resolver = Transport.MEMORY.resolver(time);
    CountDownLatch connected = new CountDownLatch(1);
    Network silent =
        new StubNetwork(
            () -> {
              connected.countDown();
              return FlowPipe.create().near();
            });
    Context context = Context.empty().with(Network.BASE, silent);
    Running<Boolean> sending =
        Running.start(
            ThreadKind.PLATFORM,
            () -> {
              MailClient.of(resolver).send("smtp://localhost", MAIL, context, TIMEOUT);
              return true;
            });
    assertThat(connected.await(20, TimeUnit.SECONDS)).isTrue();
    sending.awaitBlocked();
    time.advance(TIMEOUT);
    assertThat(sending.failure(ResolutionTimeoutException.class))
        .hasMessageThat()
        .contains("sent no greeting: if it expects TLS from the first byte");
  }

  /** Returns the timeout of a mail to a server that plays the script and then does nothing. */
  private static SocketTimeoutException timeout(
      Transport transport, MailMessage mail, Script script) throws Exception {
    ManualTimeSource time = new ManualTimeSource();
    MimicResolver resolver = transport.resolver(time);
    CountDownLatch played = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    try (ScriptedServer server =
        ScriptedServer.start(
            resolver,
            side -> {
              script.play(side);
              played.countDown();
              boolean unused = over.await(20, TimeUnit.SECONDS);
            })) {
      try {
        Running<Boolean> sending =
            Running.start(
                ThreadKind.PLATFORM,
                () -> {
                  send(resolver, server, mail);
                  return true;
                });
        assertThat(played.await(20, TimeUnit.SECONDS)).isTrue();
        sending.awaitBlocked();
        time.advance(TIMEOUT);
        return sending.failure(SocketTimeoutException.class);
      } finally {
        over.countDown();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void send_serverStopsAnswering_timesOutWithTheStep(Transport transport) throws Exception {
    assertThat(timeout(transport, MAIL, Side::untilMail))
        .hasMessageThat()
        .endsWith("did not answer when asked for MAIL FROM");
    assertThat(timeout(transport, MAIL, Side::untilEndOfData))
        .hasMessageThat()
        .endsWith("to take the mail, which was sent completely: it may have been delivered");
  }

  @ParameterizedTest
  @EnumSource
  void send_serverDoesNotRead_timesOut(Transport transport) throws Exception {
    assertThat(timeout(transport, LARGE, Side::untilData))
        .hasMessageThat()
        .endsWith("did not answer when asked for DATA");
  }

  @ParameterizedTest
  @EnumSource
  void send_serverDisconnectsDuringData_reportsPeerGone(Transport transport) throws Exception {
    PeerGoneException gone =
        failure(
            transport,
            PeerGoneException.class,
            LARGE,
            side -> {
              side.untilData().hear();
              side.hangUp();
            });
    assertThat(gone).hasMessageThat().contains("was lost when it was asked for DATA");
  }

  @ParameterizedTest
  @EnumSource
  void send_endBeforeConfirmation_reportsUnknownDelivery(Transport transport) throws Exception {
    PeerGoneException gone =
        failure(transport, PeerGoneException.class, side -> side.untilEndOfData().hangUp());
    assertThat(gone).hasMessageThat().contains("it may have been delivered");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void connection_brokenAtAnyStep_reportsTheStep(boolean reset) throws Exception {
    Supplier<IOException> failure =
        () -> reset ? new PeerGoneException("broken off") : new IOException("broken off");
    MimicResolver resolver = Transport.MEMORY.resolver();
    MailMessage mail =
        MailMessage.builder().from("ann@example.org").to("bob@example.org").text("hi").build();
    Set<String> steps = new LinkedHashSet<>();
    try (ScriptedServer server =
        ScriptedServer.start(
            resolver,
            side -> {
              side.say("220 hello").hear().say("250-hello").say("250 STARTTLS").hear();
              side.say("220 go").startTls().hear().say("250-hello").say("250 AUTH LOGIN").hear();
              side.say("334 VXNlcm5hbWU6").hear().say("334 UGFzc3dvcmQ6").hear().say("235 in");
              side.hear().say("250 ok").hear().say("250 ok").hear().say("354 go").hearMail();
              side.say("250 taken").hear();
            })) {
      String tcp = server.address().replace("smtp:", "tcp:");
      Context context =
          Certificates.TRUSTING.with(Address.USER, "ann").with(Address.PASSWORD, "open-sesame");
      boolean sent = false;
      for (int calls = 0; !sent; calls++) {
        Network breaking =
            BreakingNetwork.of(new StubNetwork(() -> resolver.resolve(tcp)), calls, failure);
        try {
          MailClient.of(resolver)
              .send(server.address(), mail, context.with(Network.BASE, breaking), TIMEOUT);
          sent = true;
        } catch (IOException e) {
          assertThat(Throwables.getRootCause(e)).hasMessageThat().isEqualTo("broken off");
          String at = tcp.substring("tcp://".length());
          assertThat(e).hasMessageThat().contains(at + " was lost when it was asked ");
          steps.add(
              String.valueOf(e.getMessage()).replaceAll(".* asked (for )?|,.*|: broken off$", ""));
        }
      }
    }
    assertThat(steps)
        .containsExactly(
            "its greeting",
            "EHLO",
            "STARTTLS",
            "EHLO over TLS",
            "the login",
            "MAIL FROM",
            "RCPT TO",
            "DATA",
            "to take the mail");
  }

  @ParameterizedTest
  @EnumSource
  void address_nonAsciiWithoutSmtpUtf8_isRefused(Transport transport) throws Exception {
    MailMessage mail =
        MailMessage.builder().from("ann@example.org").to("b\u00f6b@example.org").text("hi").build();
    MailException refused = failure(transport, MailException.class, mail, Side::untilMail);
    assertThat(refused)
        .hasMessageThat()
        .endsWith(
            "takes no address that is not in ASCII before the @ (b\u00f6b@example.org): it does not"
                + " offer SMTPUTF8");
    assertThat(heard.toString()).doesNotContain("MAIL");
  }

  @ParameterizedTest
  @EnumSource
  void startTls_refused_fails(Transport transport) throws Exception {
    ResolutionException refused =
        failure(
            transport,
            ResolutionException.class,
            side ->
                side.say("220 hello")
                    .hear()
                    .say("250 STARTTLS\r\n250 x")
                    .hear()
                    .say("454 not now")
                    .hear());
    assertThat(refused).hasCauseThat().isInstanceOf(MailTlsException.class);
    assertThat(heard.toString()).doesNotContain("MAIL");
  }

  @ParameterizedTest
  @EnumSource
  void startTls_plaintextAfterTheReply_isDiscarded(Transport transport) throws Exception {
    ResolutionException refused =
        failure(
            transport,
            ResolutionException.class,
            side -> {
              side.say("220 hello").hear().say("250-hello").say("250 STARTTLS").hear();
              side.say("220 go\r\n250-evil\r\n250 AUTH PLAIN"); // injected by a man in the middle
              side.startTls().hear().say("502 no EHLO").hear();
            });
    assertThat(refused).hasMessageThat().contains("no EHLO");
    assertThat(heard).hasSize(4);
  }

  @ParameterizedTest
  @EnumSource
  void greeting_thatRefuses_isQuoted(Transport transport) throws Exception {
    ResolutionException refused =
        failure(
            transport,
            ResolutionException.class,
            side -> side.say("554-no service\r\n554 for you").hear());
    assertThat(refused).hasMessageThat().contains("554-no service; 554 for you");
    assertThat(refused).hasCauseThat().isInstanceOf(MailException.class);
  }

  @ParameterizedTest
  @EnumSource
  void greeting_ofAnotherProtocol_isReported(Transport transport) throws Exception {
    ResolutionException refused =
        failure(transport, ResolutionException.class, side -> side.say("+OK this is POP3").drain());
    assertThat(refused).hasMessageThat().contains("does not speak SMTP: it said +OK this is POP3");
  }

  @ParameterizedTest
  @EnumSource
  void greeting_missingAtEnd_reportsPeerGone(Transport transport) throws Exception {
    ResolutionException refused =
        failure(transport, ResolutionException.class, side -> side.hangUp());
    assertThat(refused).hasCauseThat().isInstanceOf(PeerGoneException.class);
    assertThat(refused).hasMessageThat().contains("when it was asked for its greeting");
  }

  @ParameterizedTest
  @EnumSource
  void eightBitMail_without8BitMime_isRefused(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    MailMessage eight = MailMessage.ofMime("From: a@b\nTo: c@d\n\nGrüße\n".getBytes(UTF_8));
    try (ScriptedServer server = ScriptedServer.start(resolver, Side::untilMail)) {
      MailException refused =
          assertThrows(MailException.class, () -> send(resolver, server, eight));
      assertThat(refused).hasMessageThat().contains("encode it in base64");
    }
  }

  @ParameterizedTest
  @EnumSource
  void login_withoutAuth_sendsNoPassword(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    try (ScriptedServer server = ScriptedServer.start(resolver, Side::untilMail)) {
      String address = server.address().replace("localhost", "ann:open-sesame@localhost");
      ResolutionException refused =
          assertThrows(
              ResolutionException.class,
              () -> MailClient.of(resolver).send(address, MAIL, Certificates.TRUSTING));
      assertThat(refused).hasMessageThat().contains("does not support authentication");
      assertThat(refused).hasCauseThat().isInstanceOf(MailAuthenticationException.class);
      assertThat(server.heard().toString()).doesNotContain("AUTH");
    }
  }

  @ParameterizedTest
  @EnumSource
  void send_interrupted_ends(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    CountDownLatch reached = new CountDownLatch(1);
    try (ScriptedServer server =
        ScriptedServer.start(
            resolver,
            side -> {
              side.untilMail();
              reached.countDown();
              side.drain();
            })) {
      Running<Boolean> sending =
          Running.start(
              ThreadKind.PLATFORM,
              () -> {
                send(resolver, server, MAIL);
                return true;
              });
      assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
      sending.awaitBlocked();
      sending.interrupt();
      ClosedByInterruptException ended = sending.failure(ClosedByInterruptException.class);
      assertThat(ended).isNotNull();
      assertThat(sending.endedInterrupted()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void quit_withoutAnswer_isNoFailure(Transport transport) throws Exception {
    MimicResolver resolver = transport.resolver();
    try (ScriptedServer server =
        ScriptedServer.start(
            resolver, side -> side.untilEndOfData().say("250 taken").hear().hangUp())) {
      send(resolver, server, MAIL);
      heard = server.heard();
    }
    assertThat(heard.getLast()).isEqualTo("QUIT");
  }
}
