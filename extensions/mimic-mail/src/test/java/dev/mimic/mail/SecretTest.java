package dev.mimic.mail;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.common.base.Throwables;
import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.mail.ScriptedServer.Script;
import dev.mimic.mail.ScriptedServer.Side;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Redaction of passwords that mail servers repeat in their replies. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class SecretTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String PASSWORD = "Zimt & \u00c4pfel/42";
  private static final String PLAIN = base64("\0ann\0" + PASSWORD);
  private static final List<String> ECHOES =
      List.of(
          PASSWORD,
          PASSWORD.toUpperCase(Locale.ROOT),
          "Zimt & ...",
          "Zimt%20&%20%C3%84pfel/42",
          PLAIN,
          PLAIN.substring(0, PLAIN.length() - 5),
          base64(PASSWORD));

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static IOException failure(Transport transport, Script script) throws IOException {
    MimicResolver resolver = transport.resolver();
    MailMessage mail =
        MailMessage.builder().from("ann@example.org").to("bob@example.org").text("hello").build();
    try (ScriptedServer server = ScriptedServer.start(resolver, script)) {
      Context context =
          Certificates.TRUSTING.with(Address.USER, "ann").with(Address.PASSWORD, PASSWORD);
      return assertThrows(
          IOException.class,
          () -> MailClient.of(resolver).send(server.address(), mail, context, TIMEOUT));
    }
  }

  /** Plays a session up to the AUTH command with the password. */
  private static Side untilAuth(Side side) throws IOException {
    side.say("220 hello").hear().say("250-hello").say("250 STARTTLS").hear().say("220 go");
    return side.startTls().hear().say("250-hello").say("250 AUTH PLAIN").hear();
  }

  private static void assertHidden(String text) {
    String shown = text.toLowerCase(Locale.ROOT);
    for (String secret : List.of("zimt", "pfel/42", PLAIN.substring(8, 20), base64("Zimt & "))) {
      assertWithMessage(text).that(shown).doesNotContain(secret.toLowerCase(Locale.ROOT));
    }
  }

  @ParameterizedTest
  @EnumSource
  void password_repeatedByTheServer_isRedacted(Transport transport) throws Exception {
    try (LogCapture log = new LogCapture()) {
      for (String echo : ECHOES) {
        for (Script script :
            List.<Script>of(
                side -> untilAuth(side).say("535-5.7.8 no\r\n535 5.7.8 " + echo).hear(),
                side -> untilAuth(side).say(echo).hear(),
                side -> untilAuth(side).say("501 " + echo).hangUp(),
                side -> untilAuth(side).say("235 in").hear().say("550 not " + echo).hear(),
                side -> untilAuth(side).say("235 in").hear().say("550-" + echo).hangUp())) {
          IOException failure = failure(transport, script);
          assertHidden(Throwables.getStackTraceAsString(failure));
        }
      }
      assertHidden(log.all());
      assertThat(log.all()).contains("AUTH PLAIN");
    }
  }

  @ParameterizedTest
  @EnumSource
  void password_splitOverTwoLines_isRedacted(Transport transport) throws Exception {
    try (LogCapture log = new LogCapture()) {
      for (String echo : List.of(PASSWORD, PLAIN)) {
        for (int at = 2; at < echo.length(); at += 4) {
          String reply = "535-no " + echo.substring(0, at) + "\r\n535 5.7.8 " + echo.substring(at);
          IOException failure = failure(transport, side -> untilAuth(side).say(reply).hear());
          assertThat(failure)
              .hasMessageThat()
              .endsWith("does not let ann in: 535 (text withheld: it contains the password)");
        }
      }
      assertHidden(log.all());
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusal_withoutPassword_isQuoted(Transport transport) throws Exception {
    assertThat(
            failure(transport, side -> untilAuth(side).say("535 5.7.8 use an app password").hear()))
        .hasMessageThat()
        .endsWith("does not let ann in: 535 5.7.8 use an app password");
    assertThat(failure(transport, side -> untilAuth(side).say("535 5.7.8 " + PASSWORD).hear()))
        .hasMessageThat()
        .endsWith("does not let ann in: 535 (text withheld: it contains the password)");
  }

  @Test
  void login_toString_omitsThePassword() {
    assertThat(new SmtpLogin(Optional.of("ann"), Optional.of(PASSWORD)).toString())
        .isEqualTo("ann");
  }

  /** A capture of all log records until it is closed. */
  private static final class LogCapture extends Handler implements AutoCloseable {
    private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    private final Logger logger = Logger.getLogger("");
    private final Level before = logger.getLevel();

    LogCapture() {
      logger.setLevel(Level.ALL);
      logger.addHandler(this);
    }

    String all() {
      return String.join("\n", lines);
    }

    @Override
    public void publish(LogRecord each) {
      lines.add(new SimpleFormatter().format(each));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
      logger.setLevel(before);
    }
  }
}
