package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.joining;

import dev.mimic.peers.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.util.QuotedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command as a process of its own, which signals reach. */
@Timeout(60)
class ServeTest {

  static Process start(String... arguments) throws IOException {
    return start(List.of(), arguments);
  }

  static Process start(List<String> options, String... arguments) throws IOException {
    return start(List.of(), options, arguments);
  }

  /**
   * Starts it; its errors are in its output.
   *
   * @param before the command that runs the JVM
   * @param options of the JVM
   */
  static Process start(List<String> before, List<String> options, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // The JVM reports these variables, and messages of the system depend on the locale.
    builder.environment().keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder.start();
  }

  /** Runs the command with a terminal as its standard streams, and returns its output. */
  static String onTerminal(String... arguments) throws IOException {
    return onTerminal("", List.of(arguments));
  }

  /**
   * Runs the command with a terminal as its standard streams, and returns its output.
   *
   * @param environment assignments before the command, such as {@code A=1}
   */
  private static String onTerminal(String environment, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    String line =
        command.stream().map(QuotedString.BOURNE::quote).collect(joining(" ", environment, ""));
    return Programs.run(Path.of("."), "script", "-qec", line, "/dev/null");
  }

  @Test
  void colours_onTerminal_areLeftOutWithNoColor() throws IOException {
    List<String> help = List.of("help", "ping");
    assertThat(onTerminal("TERM=xterm ", help)).contains("\u001b[");
    assertThat(onTerminal("TERM=xterm ", List.of("describe"))).contains("\u001b[1m  SCHEME");
    String plain = onTerminal("TERM=xterm NO_COLOR=1 ", help);
    assertThat(plain).contains("Usage: mimic ping");
    assertThat(plain).doesNotContain("\u001b[");
  }

  @Test
  void serve_onSigtermWithClient_endsWithStatus0() throws Exception {
    Process serving = start("serve", "tcp://localhost:0");
    try (BufferedReader out = serving.inputReader()) {
      String line = out.readLine();
      assertThat(line).startsWith("listening on tcp://localhost:");
      int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
      try (Socket client = new Socket(InetAddress.getByName("localhost"), port)) {
        client.getOutputStream().write("ping\n".getBytes(US_ASCII));
        assertThat(client.getInputStream().readNBytes(5)).isEqualTo("pong\n".getBytes(US_ASCII));
        serving.toHandle().destroy(); // unlike Process.destroy, closes no stream
        assertThat(serving.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(serving.exitValue()).isEqualTo(0);
      assertThat(out.readLine()).isNull();
    } finally {
      serving.destroyForcibly();
    }
  }

  @Test
  void serve_onPortInUse_isOneLineAndStatus1() throws Exception {
    Process first = start("serve", "tcp://localhost:0");
    try (BufferedReader out = first.inputReader()) {
      String address = out.readLine().substring("listening on ".length());
      Process second = start("serve", address);
      assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(second.exitValue()).isEqualTo(1);
      assertThat(second.inputReader().readLine())
          .startsWith("mimic: cannot listen on %s: ".formatted(address));
    } finally {
      first.destroyForcibly().waitFor();
    }
  }
}
