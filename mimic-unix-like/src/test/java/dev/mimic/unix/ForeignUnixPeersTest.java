package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.unix.Running.Kind;
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

/** Programs that we did not write, at the other end of a Unix domain socket. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForeignUnixPeersTest {
  private static final byte[] MEGABYTES = new byte[3_000_001];

  static {
    new Random(1).nextBytes(MEGABYTES);
  }

  private UnixPlace place;

  @BeforeEach
  void open() throws IOException {
    place = UnixPlace.open();
  }

  @AfterEach
  void close() throws IOException {
    place.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20})
  void socatEchoesToOurClient(int timeoutSeconds) throws Exception {
    try (Program socat =
        Program.start(
            "socat", "-d", "-d", "-t", "30", "UNIX-LISTEN:" + place.socket("x"), "EXEC:cat")) {
      socat.awaitError("(listening on)");
      try (Flow flow = place.connect("x")) {
        flow.readTimeout(Duration.ofSeconds(timeoutSeconds));
        Running<Integer> writer = Kind.VIRTUAL.start(() -> writeAndEnd(flow));

        assertThat(flow.inputStream().readAllBytes()).isEqualTo(MEGABYTES);
        assertThat(writer.get()).isEqualTo(MEGABYTES.length);
      }
    }
  }

  @Test
  void netcatListensForOurClient() throws Exception {
    try (Program nc = Program.start("nc", "-l", "-N", "-U", place.socket("x").toString());
        Flow flow = connectWithRetry(nc)) {
      try (OutputStream input = nc.input()) {
        input.write("from nc".getBytes(UTF_8));
      }
      assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("from nc");
      Running<Integer> writer = Kind.VIRTUAL.start(() -> writeAndEnd(flow));

      assertThat(nc.output()).isEqualTo(MEGABYTES);
      assertThat(writer.get()).isEqualTo(MEGABYTES.length);
    }
  }

  /** nc does not say when it listens; so we try until it does, or has ended. */
  private Flow connectWithRetry(Program listening) throws IOException {
    while (true) {
      try {
        return place.connect("x");
      } catch (ConnectException e) {
        if (!listening.isAlive()) {
          throw e;
        }
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  @Test
  void socatConnectsToOurListener() throws Exception {
    try (FlowListener listener = place.listen("x");
        Program socat =
            Program.start("socat", "-t", "30", "STDIO", "UNIX-CONNECT:" + place.socket("x"));
        Flow flow = listener.accept()) {
      assertExchange(flow, socat);
    }
  }

  @Test
  void netcatConnectsToOurListener() throws Exception {
    try (FlowListener listener = place.listen("x");
        Program nc = Program.start("nc", "-N", "-U", place.socket("x").toString());
        Flow flow = listener.accept()) {
      assertExchange(flow, nc);
    }
  }

  @Test
  void otherUsersMayConnectOnlyIfThePermissionsSaySo() throws Exception {
    Files.setPosixFilePermissions(place.folder(), PosixFilePermissions.fromString("rwxr-xr-x"));
    String[] asNobody = {
      "setpriv",
      "--reuid=65534",
      "--regid=65534",
      "--clear-groups",
      "nc",
      "-N",
      "-U",
      place.socket("x").toString()
    };
    assumeTrue("root".equals(System.getProperty("user.name")), "only root may become another user");
    try (FlowListener listener = place.listen("x");
        Program refused = Program.start(asNobody)) {
      assertThat(listener.address()).isNotEmpty();
      assertThat(refused.awaitError("(Permission denied)")).isNotEmpty();
    }
    try (FlowListener listener =
            UnixPlace.UNIX.listen(
                new UnixProtocol.Endpoint(
                    place.socket("x"), PosixFilePermissions.fromString("rw-rw-rw-")));
        Program nc = Program.start(asNobody);
        Flow flow = listener.accept()) {
      assertExchange(flow, nc);
    }
  }

  /** The program's input ends first, and it still prints what we send. */
  private static void assertExchange(Flow flow, Program program) throws Exception {
    try (OutputStream input = program.input()) {
      input.write("from the program".getBytes(UTF_8));
    }
    assertThat(new String(flow.inputStream().readAllBytes(), UTF_8)).isEqualTo("from the program");
    Running<Integer> writer = Kind.VIRTUAL.start(() -> writeAndEnd(flow));

    assertThat(program.output()).isEqualTo(MEGABYTES);
    assertThat(writer.get()).isEqualTo(MEGABYTES.length);
  }

  private static int writeAndEnd(Flow flow) throws IOException {
    int count = flow.write(ByteBuffer.wrap(MEGABYTES));
    flow.shutdownOutput();
    return count;
  }
}
