package dev.mimic.mail;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.Context;
import dev.mimic.Flow;
import dev.mimic.FlowServer;
import dev.mimic.MimicResolver;
import dev.mimic.PeerGoneException;
import dev.mimic.ResolutionException;
import dev.mimic.ResolutionTimeoutException;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsProvider;
import dev.mimic.tls.TlsServer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mail servers that do what no server should. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class FailureTest {
  private static final Duration ENOUGH = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofSeconds(3);
  private static final TlsServer TLS =
      TlsServer.builder(TlsProvider.jsse(), Certificates.good()).build();
  private static final MailMessage MAIL =
      MailMessage.builder()
          .from("ann@example.org")
          .to("bob@example.org")
          .text("line\n".repeat(200_000))
          .build();

  private final List<String> heard = new CopyOnWriteArrayList<>();

  /** A server's side of a conversation. */
  private final class Side {
    private Flow flow;

    Side(Flow flow) {
      this.flow = flow;
    }

    Side say(String line) throws IOException {
      flow.write(UTF_8.encode(line + "\r\n"));
      return this;
    }

    /** Reads one line, byte by byte: what follows may be TLS. */
    Side hear() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = flow.inputStream().read(); c >= 0 && c != '\n'; c = flow.inputStream().read()) {
        line.append((char) c);
      }
      heard.add(line.toString().strip());
      return this;
    }

    Side startTls() throws IOException {
      flow = Tls.upgrade(flow, TLS);
      return this;
    }

    /** Says and hears all until a mail can be sent. */
    Side untilMail() throws IOException {
      say("220 hello").hear().say("250-hello").say("250 STARTTLS").hear().say("220 go");
      return startTls().hear().say("250 hello").hear();
    }

    /** Waits for the client to end. */
    void drain() throws IOException {
      flow.inputStream().skip(Long.MAX_VALUE);
    }
  }

  private interface Script {
    void play(Side side) throws Exception;
  }

  private FlowServer serve(MimicResolver resolver, Script script) throws IOException {
    return FlowServer.builder()
        .reporter((what, failure) -> {})
        .serve(resolver.listen("tcp://localhost:0"), flow -> script.play(new Side(flow)));
  }

  private static String smtp(FlowServer server) {
    return "smtp" + server.address().substring("tcp".length());
  }

  private <E extends IOException> E failure(Net net, Duration atMost, Class<E> type, Script script)
      throws IOException {
    MimicResolver resolver = net.resolver();
    try (FlowServer server = serve(resolver, script)) {
      E failure =
          assertThrows(
              type,
              () ->
                  MailClient.of(resolver).send(smtp(server), MAIL, Certificates.TRUSTING, atMost));
      assertThat(failure).hasMessageThat().doesNotContain("\n");
      return failure;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatSaysNothingIsGivenUp(Net net) throws Exception {
    ResolutionTimeoutException late =
        failure(net, Duration.ofMillis(100), ResolutionTimeoutException.class, Side::drain);
    assertThat(late)
        .hasMessageThat()
        .contains("gave no greeting: if it wants TLS from the first byte");
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatFallsSilentIsGivenUp(Net net) throws Exception {
    SocketTimeoutException late =
        failure(net, SHORT, SocketTimeoutException.class, side -> side.untilMail().drain());
    assertThat(late).hasMessageThat().contains("was silent when asked for MAIL FROM");
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatDoesNotReadIsGivenUp(Net net) throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    MimicResolver resolver = net.resolver();
    MailMessage large =
        MailMessage.builder()
            .from("ann@example.org")
            .to("bob@example.org")
            .attach("large", "application/octet-stream", new byte[12 << 20])
            .build();
    try (FlowServer server =
        serve(
            resolver,
            side -> {
              side.untilMail().say("250 ok").hear().say("250 ok").hear().say("354 go");
              assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
            })) {
      SocketTimeoutException late =
          assertThrows(
              SocketTimeoutException.class,
              () ->
                  MailClient.of(resolver).send(smtp(server), large, Certificates.TRUSTING, SHORT));
      assertThat(late).hasMessageThat().contains("when asked for DATA");
      over.countDown();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatDiesInTheMiddleOfAMailIsGone(Net net) throws Exception {
    PeerGoneException gone =
        failure(
            net,
            ENOUGH,
            PeerGoneException.class,
            side -> {
              side.untilMail().say("250 ok").hear().say("250 ok").hear().say("354 go").hear();
              side.flow.close();
            });
    assertThat(gone).hasMessageThat().contains("was lost when it was asked for DATA");
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatEndsBeforeItSaysThatItHasTheMailLeavesThatOpen(Net net) throws Exception {
    PeerGoneException gone =
        failure(
            net,
            ENOUGH,
            PeerGoneException.class,
            side -> {
              side.untilMail().say("250 ok").hear().say("250 ok").hear().say("354 go");
              while (!heard.getLast().equals(".")) {
                side.hear();
                heard.subList(0, heard.size() - 1).clear();
              }
              side.flow.close();
            });
    assertThat(gone).hasMessageThat().contains("it may be delivered or not");
  }

  @ParameterizedTest
  @EnumSource
  void startTlsThatIsRefusedIsAFailure(Net net) throws Exception {
    ResolutionException refused =
        failure(
            net,
            ENOUGH,
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
  void whatWasSaidInClearAfterTheConsentToTlsIsNotBelieved(Net net) throws Exception {
    ResolutionException refused =
        failure(
            net,
            ENOUGH,
            ResolutionException.class,
            side -> {
              side.say("220 hello").hear().say("250-hello").say("250 STARTTLS").hear();
              side.say("220 go\r\n250-evil\r\n250 AUTH PLAIN"); // somebody in between adds to it
              side.startTls().hear().say("502 no EHLO").hear();
            });
    assertThat(refused).hasMessageThat().contains("no EHLO");
    assertThat(heard).hasSize(4);
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatIsNotReadyIsToldInItsWords(Net net) throws Exception {
    ResolutionException refused =
        failure(
            net,
            ENOUGH,
            ResolutionException.class,
            side -> side.say("554-no service\r\n554 for you").hear());
    assertThat(refused).hasMessageThat().contains("554-no service; 554 for you");
    assertThat(refused).hasCauseThat().isInstanceOf(MailException.class);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoMailServerIsToldSo(Net net) throws Exception {
    ResolutionException refused =
        failure(
            net, ENOUGH, ResolutionException.class, side -> side.say("+OK this is POP3").drain());
    assertThat(refused).hasMessageThat().contains("does not speak SMTP: it said +OK this is POP3");
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatEndsAtOnceIsGone(Net net) throws Exception {
    ResolutionException refused =
        failure(net, ENOUGH, ResolutionException.class, side -> side.flow.close());
    assertThat(refused).hasCauseThat().isInstanceOf(PeerGoneException.class);
    assertThat(refused).hasMessageThat().contains("when it was asked for its greeting");
  }

  @ParameterizedTest
  @EnumSource
  void bytesAbove127AreRefusedWhereTheServerDoesNotTakeThem(Net net) throws Exception {
    MimicResolver resolver = net.resolver();
    MailMessage eight = MailMessage.ofMime("From: a@b\nTo: c@d\n\nGrüße\n".getBytes(UTF_8));
    try (FlowServer server = serve(resolver, Side::untilMail)) {
      MailException refused =
          assertThrows(
              MailException.class,
              () -> MailClient.of(resolver).send(smtp(server), eight, Certificates.TRUSTING));
      assertThat(refused).hasMessageThat().contains("encode it in base64");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatKnowsOfNoLoginIsToldNoPassword(Net net) throws Exception {
    MimicResolver resolver = net.resolver();
    try (FlowServer server = serve(resolver, Side::untilMail)) {
      String address = smtp(server).replace("localhost", "ann:open-sesame@localhost");
      ResolutionException refused =
          assertThrows(
              ResolutionException.class,
              () -> MailClient.of(resolver).send(address, MAIL, Certificates.TRUSTING));
      assertThat(refused).hasMessageThat().contains("knows of no login");
      assertThat(refused).hasCauseThat().isInstanceOf(MailAuthenticationException.class);
    }
    assertThat(heard.toString()).doesNotContain("AUTH");
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptEndsTheSending(Net net) throws Exception {
    MimicResolver resolver = net.resolver();
    CountDownLatch reached = new CountDownLatch(1);
    Context trusting = Certificates.TRUSTING;
    try (FlowServer server =
        serve(
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
                MailClient.of(resolver).send(smtp(server), MAIL, trusting, ENOUGH);
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
  void aServerThatDoesNotSayGoodbyeHasTheMailAllTheSame(Net net) throws Exception {
    MimicResolver resolver = net.resolver();
    try (FlowServer server =
        serve(
            resolver,
            side -> {
              side.untilMail().say("250 ok").hear().say("250 ok").hear().say("354 go");
              while (!heard.getLast().equals(".")) {
                side.hear();
                heard.subList(0, heard.size() - 1).clear();
              }
              side.say("250 taken").hear();
              side.flow.close();
            })) {
      MailClient.of(resolver).send(smtp(server), MAIL, Certificates.TRUSTING, ENOUGH);
    }
    assertThat(heard.getLast()).isEqualTo("QUIT");
  }
}
