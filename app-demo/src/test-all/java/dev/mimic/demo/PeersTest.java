package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.inject.Injector;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowServer;
import dev.mimic.guice.Deployment;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One client class and one server, with programs that are not ours, and in memory. */
@Timeout(60)
class PeersTest {
  private static final List<String> LINES = List.of("ping", "pong", "hello");

  private static Injector injector(String target) {
    return Configuration.deployments(TlsChoice.jsse.module()).stream()
        .filter(each -> each.name().equals(target))
        .map(Deployment::injector)
        .findFirst()
        .orElseThrow();
  }

  private static List<String> play(Injector injector, String address) throws IOException {
    byte[] lines = String.join("\n", LINES).getBytes(ISO_8859_1);
    ByteArrayOutputStream answers = new ByteArrayOutputStream();
    injector
        .getInstance(PingPongClient.class)
        .play(
            address,
            Context.empty(),
            new LineReader("a test", new ByteArrayInputStream(lines)),
            answers);
    return answers.toString(ISO_8859_1).lines().toList();
  }

  private static FlowServer serve(Injector injector) throws IOException {
    MimicResolver resolver = injector.getInstance(MimicResolver.class);
    return FlowServer.serve(resolver.listen("tcp://localhost:0"), PingPong::serve);
  }

  private static void assumeInstalled(String program) {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(each -> Files.isExecutable(Path.of(each, program))),
        program + " is not installed");
  }

  /** A program that listens on loopback, and prints the port on its standard error. */
  private static final class Listening implements AutoCloseable {
    private final Process process;
    private final int port;

    Listening(Pattern portInLog, String... command) throws IOException {
      process = new ProcessBuilder(command).start();
      port = port(portInLog);
    }

    private int port(Pattern portInLog) throws IOException {
      BufferedReader log = process.errorReader();
      for (String line = log.readLine(); line != null; line = log.readLine()) {
        Matcher matcher = portInLog.matcher(line);
        if (matcher.find()) {
          return Integer.parseInt(matcher.group(1));
        }
      }
      throw new IOException("it ended before it listened");
    }

    String address() {
      return "tcp://127.0.0.1:" + port;
    }

    @Override
    public void close() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
  }

  @Test
  void client_ofOurServer_playsOnBothTargets() throws IOException {
    for (String target : List.of("unix-like", "inmemory")) {
      Injector injector = injector(target);
      try (FlowServer server = serve(injector)) {
        assertThat(play(injector, server.address()))
            .containsExactly("pong", "ping", "hello")
            .inOrder();
      }
    }
  }

  @Test
  void client_ofSocat_plays() throws IOException {
    assumeInstalled("socat");
    try (Listening socat =
        new Listening(
            Pattern.compile("listening on AF=2 127\\.0\\.0\\.1:(\\d+)"),
            "socat",
            "-d",
            "-d",
            "TCP-LISTEN:0,bind=127.0.0.1",
            "PIPE")) {
      assertThat(play(injector("unix-like"), socat.address())).isEqualTo(LINES);
    }
  }

  @Test
  void client_ofNetcat_plays() throws Exception {
    assumeInstalled("nc");
    try (Listening nc =
        new Listening(
            Pattern.compile("Listening on \\S+ (\\d+)"), "nc", "-l", "-v", "127.0.0.1", "0")) {
      Thread answering = Thread.ofPlatform().start(() -> answerWithBangs(nc.process));
      assertThat(play(injector("unix-like"), nc.address()))
          .containsExactly("ping!", "pong!", "hello!")
          .inOrder();
      answering.join();
    }
  }

  /** Answers each line that the program prints with the line and an exclamation mark. */
  private static void answerWithBangs(Process program) {
    try (BufferedReader in = program.inputReader(ISO_8859_1);
        Writer out = program.outputWriter(ISO_8859_1)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.write(line + "!\n");
        out.flush();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void server_askedBySocat_answers() throws Exception {
    assumeInstalled("socat");
    try (FlowServer server = serve(injector("unix-like"))) {
      String place = server.address().substring("tcp://".length());
      assertThat(ask("socat", "-t10", "-", "TCP:" + place))
          .containsExactly("pong", "ping", "hello")
          .inOrder();
    }
  }

  @Test
  void server_askedByNetcat_answers() throws Exception {
    assumeInstalled("nc");
    try (FlowServer server = serve(injector("unix-like"))) {
      String port = server.address().substring("tcp://localhost:".length());
      assertThat(ask("nc", "-N", "localhost", port))
          .containsExactly("pong", "ping", "hello")
          .inOrder();
    }
  }

  /** Sends the lines to a program, and returns its output after it has ended. */
  private static List<String> ask(String... command) throws Exception {
    Process program = new ProcessBuilder(command).start();
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(program.getInputStream(), ISO_8859_1))) {
      try (Writer out = program.outputWriter(ISO_8859_1)) {
        out.write(String.join("\n", LINES) + "\n");
      }
      List<String> answers = in.lines().toList();
      assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return answers;
    } finally {
      program.destroyForcibly();
    }
  }
}
