package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.flow.FlowServer;
import dev.mimic.guice.Deployment;
import dev.mimic.unix.UnixLikeModule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lines and failures of {@code mimic ping}. */
@Timeout(60)
class PingTest {

  private static FlowServer serve() throws IOException {
    return FlowServer.serve(
        Deployment.of("host", new UnixLikeModule()).resolver().listen("tcp://localhost:0"),
        PingPong::serve);
  }

  @Test
  void ping_ofEveryByte_printsIt(@TempDir Path folder) throws IOException {
    long seed = System.nanoTime();
    byte[] bytes = new byte[200_000];
    new Random(seed).nextBytes(bytes);
    bytes[bytes.length - 1] = '\n';
    Path file = Files.write(folder.resolve("bytes"), bytes);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (FlowServer server = serve()) {
      CommandRun run =
          CommandRun.of(CommandRun.input(""), out, "ping", server.address(), file.toString());
      assertThat(run.status()).isEqualTo(0);
      assertWithMessage("seed %s", seed).that(Arrays.equals(out.toByteArray(), bytes)).isTrue();
    }
  }

  @Test
  void lastLine_withoutEnd_getsOne() throws IOException {
    try (FlowServer server = serve()) {
      CommandRun run =
          CommandRun.of(CommandRun.input("ping\r\n a \nping"), "ping", server.address());
      assertThat(run.out()).isEqualTo("pong\r\n a \npong\n");
    }
  }

  @Test
  void line_thatIsTooLong_namesRemedy() throws IOException {
    try (FlowServer server = serve()) {
      String text = "ping\n" + "x".repeat(LineReader.MAX_BYTES + 1) + "\n";
      CommandRun run = CommandRun.of(CommandRun.input(text), "ping", server.address());
      assertThat(run.out()).isEqualTo("pong\n");
      assertThat(run.err())
          .isEqualTo(
              "mimic: line 2 of standard input is longer than 65536 bytes: break it into shorter"
                  + " lines\n");
      assertThat(run.status()).isEqualTo(1);
    }
  }

  @Test
  void output_thatIsClosed_endsPing() throws IOException {
    InputStream pings = CommandRun.input("ping\n".repeat(100_000));
    try (FlowServer server = serve()) {
      CommandRun run = CommandRun.of(pings, new FullDisk(5), "ping", server.address());
      assertThat(run.err()).isEqualTo("mimic: cannot write to standard output\n");
      assertThat(pings.available()).isGreaterThan(0);
      assertThat(run.status()).isEqualTo(1);
    }
  }

  @Test
  void failure_ofConnection_isOneLineAndStatus1() {
    CommandRun run = CommandRun.of("ping", "tcp://localhost:1");
    assertThat(run.err()).startsWith("mimic: cannot connect to tcp://localhost:1: ");
    assertThat(run.err().lines().count()).isEqualTo(1);
    assertThat(run.status()).isEqualTo(1);
  }

  @Test
  void failure_withVerbose_isTree() {
    CommandRun run = CommandRun.of("ping", "-v", "tcp://localhost:1");
    assertThat(run.err()).contains("\n    plain.endpoint  (from network, host, port");
    assertThat(run.err()).doesNotContain("\tat ");
    assertThat(run.status()).isEqualTo(1);
    assertThat(CommandRun.of("ping", "--verbose=false", "tcp://localhost:1").err().lines().count())
        .isEqualTo(1);
  }

  @Test
  void password_ofAddress_isNotShown() {
    CommandRun run = CommandRun.of("ping", "-v", "tcp://me:hunter2@localhost:1");
    assertThat(run.err()).doesNotContain("hunter2");
  }

  @Test
  void file_thatCannotBeRead_isToldBeforeConnecting(@TempDir Path folder) throws IOException {
    Path loop = folder.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    assertCannotRead(folder.resolve("none"), "there is no such file");
    assertCannotRead(folder, "it is a directory");
    assertCannotRead(loop, "Too many levels of symbolic links");
    assertThat(InputFile.reason(new AccessDeniedException("file"))).isEqualTo("permission denied");
  }

  private static void assertCannotRead(Path file, String reason) {
    CommandRun run = CommandRun.of("ping", "tcp://localhost:1", file.toString());
    assertThat(run.err()).startsWith("mimic: cannot read %s: %s".formatted(file, reason));
    assertThat(run.err().lines().count()).isEqualTo(1);
    assertThat(run.status()).isEqualTo(1);
  }

  @Test
  void standardInput_thatCannotBeRead_isTold() throws IOException {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("Is a directory");
          }

          @Override
          public int read(byte[] to, int offset, int length) throws IOException {
            return read();
          }
        };
    try (FlowServer server = serve()) {
      CommandRun run = CommandRun.of(broken, "ping", server.address());
      assertThat(run.err()).isEqualTo("mimic: cannot read standard input: Is a directory\n");
    }
  }
}
