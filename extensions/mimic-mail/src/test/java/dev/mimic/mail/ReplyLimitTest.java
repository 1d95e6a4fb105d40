package dev.mimic.mail;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.MimicResolver;
import dev.mimic.mail.ScriptedServer.Script;
import dev.mimic.mail.ScriptedServer.Side;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mail servers whose replies do not end. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class ReplyLimitTest {
  private static final Duration ENOUGH = Duration.ofSeconds(20);
  private static final String LINE =
      "answered with a line of more than 2048 bytes, which no mail server does, when it was asked ";
  private static final String LINES =
      "answered with a reply of more than 256 lines, which no mail server does, when it was asked ";

  private static void send(Net net, Script script) throws IOException {
    MimicResolver resolver = net.resolver();
    MailMessage mail =
        MailMessage.builder().from("ann@example.org").to("bob@example.org").text("hello").build();
    try (ScriptedServer server = ScriptedServer.start(resolver, script)) {
      String address = server.address().replace("//", "//ann:open-sesame@");
      MailClient.of(resolver).send(address, mail, Certificates.TRUSTING, ENOUGH);
    }
  }

  private static void assertFails(Net net, String why, Script script) {
    IOException failure = assertThrows(IOException.class, () -> send(net, script));
    assertThat(failure).isNotInstanceOf(MailException.class);
    assertThat(failure).hasMessageThat().contains(why);
    assertThat(failure).hasMessageThat().doesNotContain("\n");
  }

  /** Says and hears all until it has heard AUTH. */
  private static Side untilAuth(Side side) throws IOException {
    side.say("220 hello").hear().say("250-hello").say("250 STARTTLS").hear().say("220 go");
    return side.startTls().hear().say("250-hello").say("250 AUTH PLAIN").hear();
  }

  private static Side untilData(Side side) throws IOException {
    untilAuth(side).say("235 in").hear().say("250 ok").hear().say("250 ok").hear();
    return side.say("354 go").hearMail();
  }

  @ParameterizedTest
  @EnumSource
  void line_withoutEnd_isAFailureAtEachStep(Net net) {
    assertFails(net, LINE + "for its greeting", side -> side.sayEndlessly("220 hello"));
    assertFails(net, LINE + "for EHLO", side -> side.say("220 hello").hear().sayEndlessly("250-x"));
    assertFails(net, LINE + "for the login", side -> untilAuth(side).sayEndlessly("235 x\r"));
    assertFails(
        net,
        LINE + "for MAIL FROM",
        side -> untilAuth(side).say("235 in").hear().sayEndlessly("\0"));
    assertFails(
        net,
        LINE + "to take the mail, which was sent whole: it may be delivered or not",
        side -> untilData(side).sayEndlessly("250 taken"));
  }

  @ParameterizedTest
  @EnumSource
  void reply_ofLinesWithoutEnd_isAFailureAtEachStep(Net net) {
    assertFails(net, LINES + "for its greeting", side -> side.sayEndlessly("220-hello\r\n"));
    assertFails(
        net, LINES + "for EHLO", side -> side.say("220 hello").hear().sayEndlessly("250-SIZE\r\n"));
    assertFails(net, LINES + "for the login", side -> untilAuth(side).sayEndlessly("235-x\r\n"));
    assertFails(
        net,
        LINES + "to take the mail, which was sent whole: it may be delivered or not",
        side -> untilData(side).sayEndlessly("250-x\n"));
  }

  @ParameterizedTest
  @EnumSource
  void reply_asLongAsTheLimits_isTaken(Net net) throws Exception {
    String line = "250-" + "x".repeat(SmtpReplies.MAX_LINE - 6) + "\r\n";
    send(
        net,
        side -> {
          untilAuth(side).say("235 in").hear();
          side.say(line.repeat(SmtpReplies.MAX_LINES - 1) + "250 ok").hear();
          side.say(line.repeat(SmtpReplies.MAX_LINES - 1) + "250 ok").hear();
          side.say("354 go").hearMail().say("250 taken").hear();
        });
  }
}
