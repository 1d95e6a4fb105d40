package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests against other programs as peers over Unix domain sockets. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForeignUnixPeersTest {
  private static final byte[] MEGABYTES = new byte[3_000_001];

  static {
    new Random(1).nextBytes(MEGABYTES);
  }

  private SocketFolder sockets;

  @BeforeEach
  void open() throws IOException {
    sockets = SocketFolder.open();
  }

  @AfterEach
  void close() throws IOException {
    sockets.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20})
  void connect_toSocat_isEchoed(int timeoutSeconds) throws Exception {
    try (Program socat =
        Program.start(
            "socat", "-d", "-d", "-t", "30", "UNIX-LISTEN:" + sockets.socket("x"), "EXEC:cat")) {
      socat.awaitError("(listening on)");
      try (Flow flow = sockets.connect("x")) {
        flow.readTimeout(Duration.ofSeconds(timeoutSeconds));
        Running<Integer> writer = Running.start(ThreadKind.VIRTUAL, () -> writeAndEnd(flow));

        assertThat(flow.inputStream().readAllBytes()).isEqualTo(MEGABYTES);
        assertThat(writer.result()).isEqualTo(MEGABYTES.length);
      }
    }
  }

  @Test
  void connect_toNetcat_exchangesData() throws Exception {
    try (Program nc = Program.start("nc", "-l", "-N", "-U", sockets.socket("x").toString());
        Flow flow = connectWithRetry(nc)) {
      try (OutputStream input = nc.input()) {
        input.write("from nc".getBytes(UTF_8));
      }
      assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("from nc");
      Running<Integer> writer = Running.start(ThreadKind.VIRTUAL, () -> writeAndEnd(flow));

      assertThat(nc.output()).isEqualTo(MEGABYTES);
      assertThat(writer.result()).isEqualTo(MEGABYTES.length);
    }
  }

  /**
   * Connects repeatedly until nc listens or has ended, since nc does not report that it listens.
   */
  private Flow connectWithRetry(Program listening) throws IOException {
    while (true) {
      try {
        return sockets.connect("x");
      } catch (ConnectException e) {
        if (!listening.isAlive()) {
          throw e;
        }
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  @Test
  void listen_forSocat_exchangesData() throws Exception {
    try (FlowListener listener = sockets.listen("x");
        Program socat =
            Program.start("socat", "-t", "30", "STDIO", "UNIX-CONNECT:" + sockets.socket("x"));
        Flow flow = listener.accept()) {
      assertExchange(flow, socat);
    }
  }

  @Test
  void listen_forNetcat_exchangesData() throws Exception {
    try (FlowListener listener = sockets.listen("x");
        Program nc = Program.start("nc", "-N", "-U", sockets.socket("x").toString());
        Flow flow = listener.accept()) {
      assertExchange(flow, nc);
    }
  }

  @Test
  void listen_permissions_decideOnOtherUsers() throws Exception {
    Files.setPosixFilePermissions(sockets.folder(), PosixFilePermissions.fromString("rwxr-xr-x"));
    String[] asNobody = {
      "setpriv",
      "--reuid=65534",
      "--regid=65534",
      "--clear-groups",
      "nc",
      "-N",
      "-U",
      sockets.socket("x").toString()
    };
    assumeTrue("root".equals(System.getProperty("user.name")), "only root may become another user");
    try (FlowListener listener = sockets.listen("x");
        Program refused = Program.start(asNobody)) {
      assertThat(listener.address()).isNotEmpty();
      assertThat(refused.awaitError("(Permission denied)")).isNotEmpty();
    }
    try (FlowListener listener =
            SocketFolder.UNIX.listen(
                UnixProtocol.Endpoint.of(
                    sockets.socket("x"), PosixFilePermissions.fromString("rw-rw-rw-")),
                Loopback.soon());
        Program nc = Program.start(asNobody);
        Flow flow = listener.accept()) {
      assertExchange(flow, nc);
    }
  }

  /** Exchanges data. The program's input ends first, and it must still print what it receives. */
  private static void assertExchange(Flow flow, Program program) throws Exception {
    try (OutputStream input = program.input()) {
      input.write("from the program".getBytes(UTF_8));
    }
    assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("from the program");
    Running<Integer> writer = Running.start(ThreadKind.VIRTUAL, () -> writeAndEnd(flow));

    assertThat(program.output()).isEqualTo(MEGABYTES);
    assertThat(writer.result()).isEqualTo(MEGABYTES.length);
  }

  private static int writeAndEnd(Flow flow) throws IOException {
    int count = flow.write(ByteBuffer.wrap(MEGABYTES));
    flow.shutdownOutput();
    return count;
  }
}
