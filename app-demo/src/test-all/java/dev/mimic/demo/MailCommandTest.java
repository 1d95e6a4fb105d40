package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.peers.MailServerProgram;
import dev.mimic.testkit.TestAuthority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code mimic mail} beside a server that others wrote. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class MailCommandTest {
  @TempDir static Path folder;
  private static MailServerProgram server;
  private static String trust = "";
  private static String password = "";

  @BeforeAll
  static void start() throws IOException {
    TestAuthority authority = TestAuthority.create();
    Path chain = folder.resolve("chain.pem");
    Path key = folder.resolve("key.pem");
    authority.certificate("localhost").writePem(chain, key);
    Files.writeString(folder.resolve("trust.pem"), authority.rootPem());
    trust = folder.resolve("trust.pem").toString();
    password =
        Files.writeString(folder.resolve("password"), MailServerProgram.PASSWORD + "\n").toString();
    server = MailServerProgram.start(folder, chain, key);
  }

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  private static String address() {
    return "submission://%s@localhost:%d".formatted(MailServerProgram.USER, server.port());
  }

  private static CommandRun run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("mail", "--from", "Ann <ann@example.org>"));
    all.addAll(List.of(arguments));
    return CommandRun.of(CommandRun.input("Grüße\n"), all.toArray(String[]::new));
  }

  @Test
  void mail_withAttachment_arrives() throws IOException {
    Path notes = Files.writeString(folder.resolve("notes.txt"), "a\nb\n", UTF_8);
    CommandRun run =
        run(
            address(),
            "--to=bob@example.org",
            "--bcc=carol@example.org",
            "--subject=Mittagessen? 🍜",
            "--attach=" + notes,
            "--password-file=" + password,
            "--ca-cert=" + trust);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isEqualTo(0);
    assertThat(server.log())
        .contains("from ann@example.org to bob@example.org carol@example.org\nsubject Mittag");
    assertThat(server.log()).contains("text Grüße\npart text/plain notes.txt 4\n");
  }

  @Test
  void subject_withMarksOfAnEncodedWord_arrivesAsTyped() throws IOException {
    String subject = "=?UTF-8?Q?x?= " + "long".repeat(400);
    CommandRun run =
        run(
            address(),
            "--to=bob@example.org",
            "--subject=" + subject,
            "--password-file=" + password,
            "--ca-cert=" + trust);
    assertThat(run.err()).isEmpty();
    assertThat(server.log()).contains("subject " + subject + "\n");
  }

  @Test
  void text_notInUtf8_isRefused() {
    InputStream latin1 = new ByteArrayInputStream("Gr\u00fc\u00dfe".getBytes(ISO_8859_1));
    CommandRun run =
        CommandRun.of(latin1, "mail", "--from=ann@example.org", "--to=bob@example.org", address());
    assertThat(run.failure())
        .isEqualTo("standard input is not in UTF-8: convert it, or use --attach FILE");
  }

  @Test
  void mail_toUntrustedServer_isRefused() {
    CommandRun run = run(address(), "--to=eve@example.org", "--password-file=" + password);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("trust");
    assertThat(run.err().lines().count()).isEqualTo(1);
  }

  @Test
  void password_thatIsWrong_isNotShown() {
    String address = address().replace("@", ":open-barley@");
    CommandRun run = run(address, "--to=bob@example.org", "--ca-cert=" + trust);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("does not let ann in: 535");
    assertThat(run.err()).doesNotContain("barley");
  }

  @Test
  void mail_throughUnreachableProxy_isNotSentDirectly() {
    CommandRun run =
        run(
            address(),
            "--to=bob@example.org",
            "--password-file=" + password,
            "--proxy=socks5://localhost:1",
            "--ca-cert=" + trust);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("localhost:1");
  }

  @Test
  void mailbox_thatIsMalformed_isWrongUsage() {
    CommandRun run = run(address(), "--to=bob");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).startsWith("mimic: to (bob) ");
    assertThat(run(address()).err()).startsWith("mimic: Missing required option");
  }

  @Test
  void attachment_thatIsMissing_isNamed() {
    CommandRun run = run(address(), "--to=bob@example.org", "--attach=nothing.png");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("mimic: cannot read nothing.png: there is no such file\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\nsecond line\n"})
  void passwordFile_thatIsEmpty_isRefused(String content) throws IOException {
    Path empty = Files.writeString(folder.resolve("empty"), content);
    CommandRun run = run(address(), "--to=bob@example.org", "--password-file=" + empty);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo("mimic: cannot read %s: its first line is empty\n".formatted(empty));
  }
}
