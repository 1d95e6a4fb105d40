package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.common.collect.ImmutableList;
import dev.mimic.HostPort;
import dev.mimic.peers.Programs;
import dev.mimic.peers.Sshd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.keyboard.InteractiveChallenge;
import org.apache.sshd.server.auth.keyboard.KeyboardInteractiveAuthenticator;
import org.apache.sshd.server.auth.keyboard.PromptEntry;
import org.apache.sshd.server.session.ServerSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Logins by keyboard-interactive (RFC 4256). The server offers {@code password} too, but accepts
 * the password only by keyboard-interactive. It is not OpenSSH's server, whose keyboard-interactive
 * needs PAM and the users of the machine.
 */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class KeyboardInteractiveTest {
  private final SshPeer peer = SshPeer.openSsh();
  private final List<String> refusedPasswords = new ArrayList<>();
  private final List<List<String>> answers = new ArrayList<>();
  private final SshServer server = SshServer.setUpDefaultServer();
  private List<String> questions = List.of("Passwort: ");
  private String knownHost = "";

  @TempDir Path folder;

  @BeforeEach
  void start() throws Exception {
    Path key = Sshd.key(folder, "host_rsa", "-t", "rsa", "-b", "2048", "-m", "PEM");
    server.setHost("127.0.0.1");
    server.setPort(0);
    server.setKeyPairProvider(new FileKeyPairProvider(key));
    server.setPasswordAuthenticator(
        (user, password, session) -> {
          refusedPasswords.add(password);
          return false;
        });
    server.setKeyboardInteractiveAuthenticator(new Authenticator());
    server.start();
    String[] words = Files.readString(Path.of(key + ".pub")).split(" ", -1);
    knownHost = "[127.0.0.1]:%d %s %s".formatted(server.getPort(), words[0], words[1]);
  }

  @AfterEach
  void stop() throws IOException {
    server.stop(true);
  }

  /** An authenticator that sends the prompts, and accepts the password for a single prompt. */
  private final class Authenticator implements KeyboardInteractiveAuthenticator {
    @Override
    public InteractiveChallenge generateChallenge(
        ServerSession session, String user, String language, String methods) {
      InteractiveChallenge challenge = new InteractiveChallenge();
      challenge.setInteractionName("");
      challenge.setInteractionInstruction("");
      challenge.setLanguageTag("");
      questions.forEach(question -> challenge.addPrompt(new PromptEntry(question, false)));
      return challenge;
    }

    @Override
    public boolean authenticate(ServerSession session, String user, List<String> responses) {
      answers.add(List.copyOf(responses));
      return responses.equals(List.of("open-sesame"));
    }
  }

  private void login(String password) throws IOException {
    SshSession.open(peer.network(), at(), "me", client(password), SshPeer.deadline()).close();
  }

  private HostPort at() {
    return new HostPort("127.0.0.1", server.getPort());
  }

  private SshClient client(String password) {
    return SshClient.builder()
        .knownHosts(SshKnownHosts.of(knownHost))
        .keys(List.of())
        .password(password)
        .build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void login_brokenAtAnyStep_reportsTheStep(boolean reset) throws Exception {
    BrokenLogins.assertReported(peer.network(), at(), "me", client("open-sesame"), reset);
  }

  @Test
  void prompt_afterRefusedPassword_isAnswered() throws Exception {
    login("open-sesame");
    assertThat(refusedPasswords).containsExactly("open-sesame");
    assertThat(answers).containsExactly(List.of("open-sesame"));
  }

  @Test
  void prompt_afterRefusedPassword_isAnsweredByOpenSsh() throws Exception {
    Path known = Files.writeString(folder.resolve("known"), knownHost + "\n");
    Path answer = Files.writeString(folder.resolve("answer"), "#!/bin/sh\necho open-sesame\n");
    assertThat(answer.toFile().setExecutable(true)).isTrue();
    ProcessBuilder ssh =
        new ProcessBuilder(
                ImmutableList.<String>builder()
                    .add(Programs.find("ssh"), "-N", "-F", "/dev/null")
                    .add("-p", "" + server.getPort())
                    .add("-o", "UserKnownHostsFile=" + known)
                    .add("-o", "NumberOfPasswordPrompts=1")
                    .add("-o", "PreferredAuthentications=password,keyboard-interactive")
                    .add("me@127.0.0.1")
                    .build())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile());
    ssh.environment().put("SSH_ASKPASS", answer.toString());
    ssh.environment().put("SSH_ASKPASS_REQUIRE", "force");
    Process running = ssh.start();
    try {
      for (int i = 0; i < 1000 && running.isAlive() && server.getActiveSessions().isEmpty(); i++) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      for (int i = 0; i < 1000 && running.isAlive() && !isLoggedIn(); i++) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      assertThat(isLoggedIn()).isTrue();
      assertThat(answers).containsExactly(List.of("open-sesame"));
    } finally {
      running.destroyForcibly();
      assertThat(running.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private boolean isLoggedIn() {
    return server.getActiveSessions().stream().anyMatch(session -> session.isAuthenticated());
  }

  @Test
  void prompt_withWrongPassword_isAnsweredOnce() {
    SshAuthenticationException e =
        assertThrows(SshAuthenticationException.class, () -> login("open-barley"));
    assertThat(e).hasMessageThat().doesNotContain("barley");
    assertThat(refusedPasswords).containsExactly("open-barley");
    assertThat(answers).contains(List.of("open-barley"));
    assertThat(answers.stream().filter(List.of("open-barley")::equals).count()).isEqualTo(1);
  }

  @Test
  void prompts_two_areNotAnswered() {
    questions = List.of("Code: ", "Word: ");
    assertThrows(SshAuthenticationException.class, () -> login("open-sesame"));
    assertThat(answers.toString()).doesNotContain("sesame");
  }
}
