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

/** Replies that exceed the limits on lines and bytes. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class ReplyLimitTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String LINE =
      "answered with a line of more than 2048 bytes, which no mail server does, when it was asked ";
  private static final String LINES =
      "answered with a reply of more than 256 lines, which no mail server does, when it was asked ";

  private static void send(Transport transport, Script script) throws IOException {
    MimicResolver resolver = transport.resolver();
    MailMessage mail =
        MailMessage.builder().from("ann@example.org").to("bob@example.org").text("hello").build();
    try (ScriptedServer server = ScriptedServer.start(resolver, script)) {
      String address = server.address().replace("//", "//ann:open-sesame@");
      MailClient.of(resolver).send(address, mail, Certificates.TRUSTING, TIMEOUT);
    }
  }

  private static void assertFails(Transport transport, String why, Script script) {
    IOException failure = assertThrows(IOException.class, () -> send(transport, script));
    assertThat(failure).isNotInstanceOf(MailException.class);
    assertThat(failure).hasMessageThat().contains(why);
    assertThat(failure).hasMessageThat().doesNotContain("\n");
  }

  /** Plays a session up to the AUTH command. */
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
  void line_endless_failsAtEachStep(Transport transport) {
    assertFails(transport, LINE + "for its greeting", side -> side.sayEndlessly("220 hello"));
    assertFails(
        transport, LINE + "for EHLO", side -> side.say("220 hello").hear().sayEndlessly("250-x"));
    assertFails(transport, LINE + "for the login", side -> untilAuth(side).sayEndlessly("235 x\r"));
    assertFails(
        transport,
        LINE + "for MAIL FROM",
        side -> untilAuth(side).say("235 in").hear().sayEndlessly("\0"));
    assertFails(
        transport,
        LINE + "to take the mail, which was sent completely: it may have been delivered",
        side -> untilData(side).sayEndlessly("250 taken"));
  }

  @ParameterizedTest
  @EnumSource
  void reply_ofEndlessLines_failsAtEachStep(Transport transport) {
    assertFails(transport, LINES + "for its greeting", side -> side.sayEndlessly("220-hello\r\n"));
    assertFails(
        transport,
        LINES + "for EHLO",
        side -> side.say("220 hello").hear().sayEndlessly("250-SIZE\r\n"));
    assertFails(
        transport, LINES + "for the login", side -> untilAuth(side).sayEndlessly("235-x\r\n"));
    assertFails(
        transport,
        LINES + "to take the mail, which was sent completely: it may have been delivered",
        side -> untilData(side).sayEndlessly("250-x\n"));
  }

  @ParameterizedTest
  @EnumSource
  void reply_atTheLimits_isAccepted(Transport transport) throws Exception {
    String line = "250-" + "x".repeat(SmtpReplyFilter.MAX_LINE - 6) + "\r\n";
    send(
        transport,
        side -> {
          untilAuth(side).say("235 in").hear();
          side.say(line.repeat(SmtpReplyFilter.MAX_LINES - 1) + "250 ok").hear();
          side.say(line.repeat(SmtpReplyFilter.MAX_LINES - 1) + "250 ok").hear();
          side.say("354 go").hearMail().say("250 taken").hear();
        });
  }
}
