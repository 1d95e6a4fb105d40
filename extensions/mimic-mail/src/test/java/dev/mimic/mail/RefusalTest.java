package dev.mimic.mail;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.MimicResolver;
import dev.mimic.ResolutionException;
import dev.mimic.mail.ScriptedServer.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The meaning of positive, negative and unknown replies at each step of a session. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class RefusalTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final MailMessage MAIL =
      MailMessage.builder()
          .from("ann@example.org")
          .to("bob@example.org", "carol@example.org")
          .text("hello")
          .build();

  private List<String> heard = List.of();

  private void send(Transport transport, Script script) throws IOException {
    MimicResolver resolver = transport.resolver();
    try (ScriptedServer server = ScriptedServer.start(resolver, script)) {
      heard = server.heard();
      MailClient.of(resolver).send(server.address(), MAIL, Certificates.TRUSTING, TIMEOUT);
    }
  }

  private MailException refusal(Transport transport, Script script) {
    return assertThrows(MailException.class, () -> send(transport, script));
  }

  private static Script untilEndOfData(Script then) {
    return side -> {
      side.untilMail().say("250 ok").hear().say("250 ok").hear().say("250 ok").hear();
      then.play(side.say("354 go").hearMail());
    };
  }

  @ParameterizedTest
  @EnumSource
  void refusal_ofMail_isFollowedByNoCommand(Transport transport) {
    assertThat(refusal(transport, side -> side.untilMail().say("554 5.7.1 go away").hear()))
        .hasMessageThat()
        .endsWith("refused when asked for MAIL FROM: 554 5.7.1 go away");
    assertThat(heard.getLast()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void refusal_beforeDisconnecting_isReported(Transport transport) {
    assertThat(
            refusal(
                transport,
                side -> side.untilMail().say("250 ok").hear().say("421 4.7.0 too many").hangUp()))
        .hasMessageThat()
        .endsWith("refused when asked for RCPT TO: 421 4.7.0 too many");
  }

  @ParameterizedTest
  @EnumSource
  void refusal_ofTheData_isReported(Transport transport) {
    assertThat(refusal(transport, untilEndOfData(side -> side.say("554 5.7.1 no spam").hangUp())))
        .hasMessageThat()
        .endsWith("refused when asked to take the mail: 554 5.7.1 no spam");
  }

  @ParameterizedTest
  @EnumSource
  void reply_2yz_isPositive(Transport transport) throws Exception {
    send(
        transport,
        side -> {
          side.untilMail().say("251 ok").hear().say("252 ok").hear().say("259 ok").hear();
          side.say("354 go").hearMail().say("251 taken").hear();
        });
    assertThat(heard.getLast()).isEqualTo("QUIT");
  }

  @ParameterizedTest
  @EnumSource
  void reply_unknownAfterData_reportsUnknownDelivery(Transport transport) {
    for (String reply : List.of("what?", "354 go on", "250-half of a reply")) {
      IOException unclear =
          assertThrows(
              IOException.class,
              () -> send(transport, untilEndOfData(side -> side.say(reply).hangUp())));
      assertThat(unclear).isNotInstanceOf(MailException.class);
      assertThat(unclear)
          .hasMessageThat()
          .endsWith(
              "said %s when it was asked to take the mail, which was sent completely: "
                      .formatted(reply)
                  + "it may have been delivered");
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusal_ofEhlo_isQuoted(Transport transport) {
    ResolutionException refused =
        assertThrows(
            ResolutionException.class,
            () ->
                send(
                    transport,
                    side -> side.say("220 hello").hear().say("502 what is EHLO?").hear()));
    assertThat(refused).hasMessageThat().endsWith("refused when asked for EHLO: 502 what is EHLO?");
  }
}
