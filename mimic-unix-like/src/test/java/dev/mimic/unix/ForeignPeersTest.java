package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.unix.Loopback.TCP;
import static dev.mimic.unix.Loopback.reach;
import static dev.mimic.unix.Loopback.soon;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests against other programs as peers over TCP. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForeignPeersTest {
  private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);
  private static final byte[] MEGABYTES = new byte[3_000_001];

  static {
    new Random(1).nextBytes(MEGABYTES);
  }

  @Test
  void connect_toSocat_isEchoed() throws Exception {
    try (Program socat =
        Program.start("socat", "-d", "-d", "-t", "30", "TCP-LISTEN:0,bind=127.0.0.1", "EXEC:cat")) {
      int port = Integer.parseInt(socat.awaitError("listening on .*:(\\d+)"));
      try (Flow flow = TCP.connect(new HostPort("127.0.0.1", port), soon())) {
        Running<Integer> writer = Running.start(ThreadKind.VIRTUAL, () -> writeAndEnd(flow));

        assertThat(flow.inputStream().readAllBytes()).isEqualTo(MEGABYTES);
        assertThat(writer.result()).isEqualTo(MEGABYTES.length);
      }
    }
  }

  @Test
  void connect_toNetcat_exchangesData() throws Exception {
    HostPort at = new HostPort("127.0.0.1", Loopback.freePort());
    try (Program nc = Program.start("nc", "-l", "-N", at.host(), String.valueOf(at.port()));
        Flow flow = connectWithRetry(at, nc)) {
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
  private static Flow connectWithRetry(HostPort at, Program listening) throws IOException {
    while (true) {
      try {
        return TCP.connect(at, soon());
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
    try (FlowListener listener = TCP.listen(ANY_PORT);
        Program socat = Program.start("socat", "-t", "30", "STDIO", "TCP:" + reach(listener));
        Flow flow = listener.accept()) {
      assertExchange(flow, socat);
    }
  }

  @Test
  void listen_forNetcat_exchangesData() throws Exception {
    try (FlowListener listener = TCP.listen(ANY_PORT);
        Program nc =
            Program.start(
                "nc", "-N", reach(listener).host(), String.valueOf(reach(listener).port()));
        Flow flow = listener.accept()) {
      assertExchange(flow, nc);
    }
  }

  @Test
  void listen_forNetcatOnIpv6_exchangesData() throws Exception {
    Loopback.assumeIpv6();
    try (FlowListener listener = TCP.listen(new HostPort("::", 0));
        Program nc =
            Program.start("nc", "-6", "-N", "::1", String.valueOf(reach(listener).port()));
        Flow flow = listener.accept()) {
      assertThat(flow.info().remote()).startsWith("[::1]:");
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
