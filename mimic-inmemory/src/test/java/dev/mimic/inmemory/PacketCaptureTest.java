package dev.mimic.inmemory;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.inmemory.Pair.read;
import static dev.mimic.inmemory.Pair.write;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.peers.Programs;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests of captures, which tcpdump reads. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("try") // faults, listeners and captures act until the end of their blocks
class PacketCaptureTest {
  @TempDir Path folder;

  @Test
  void capture_isReadByTcpdump() throws Exception {
    Path file = folder.resolve("network.pcapng");
    InMemoryNetwork network = InMemoryNetwork.create();
    try (OutputStream out = Files.newOutputStream(file);
        PacketCapture capture = network.capture(out)) {
      try (Pair pair = Pair.open(network)) {
        write(pair.client(), "GET / HTTP/1.0\r\n\r\n");
        assertThat(read(pair.server())).startsWith("GET");
        write(pair.server(), "HTTP/1.0 204 None\r\n\r\n");
        pair.server().shutdownOutput();
        assertThat(read(pair.client())).startsWith("HTTP/1.0 204");
      }
      String text = tcpdump(file);
      assertThat(text).contains("198.18.0.3.49152 > 198.18.0.2.80: Flags [S]");
      assertThat(text).contains("198.18.0.2.80 > 198.18.0.3.49152: Flags [S.]");
      assertThat(text).contains("Flags [P.], seq 1:19, ack 1");
      assertThat(text).contains("HTTP: GET / HTTP/1.0");
      assertThat(text).contains("Flags [F.]");
    }
  }

  @Test
  void capture_ofIpv6AndReset_isReadByTcpdump() throws Exception {
    Path file = folder.resolve("network.pcapng");
    InMemoryNetwork network = InMemoryNetwork.create();
    try (OutputStream out = Files.newOutputStream(file);
        PacketCapture capture = network.capture(out);
        Pair pair = Pair.open(network);
        Flow flow =
            network
                .host("client")
                .connect(new dev.mimic.HostPort("2001:db8::2", 80), Pair.soon())) {
      network.inject(Faults.resetAfter(0));
      write(flow, "x");
      String text = tcpdump(file);
      assertThat(text).contains("2001:db8::3.49153 > 2001:db8::2.80: Flags [S]");
      assertThat(text).contains("Flags [R.]");
    }
  }

  @Test
  void capture_ofConnects_hasAResetForARefusalOnly() throws Exception {
    Path file = folder.resolve("network.pcapng");
    ManualTimeSource time = new ManualTimeSource();
    InMemoryNetwork network = InMemoryNetwork.create(time);
    InMemoryHost client = network.host("client");
    network.host("server");
    try (OutputStream out = Files.newOutputStream(file);
        PacketCapture capture = network.capture(out)) {
      assertThrows(ConnectException.class, () -> client.connect(Pair.SERVER, Pair.soon()));
      network.inject(Faults.dropConnects());
      Deadline deadline = Deadline.after(Duration.ofSeconds(1), time);
      Running<Flow> dropped =
          Running.start(ThreadKind.VIRTUAL, () -> client.connect(Pair.SERVER, deadline));
      time.awaitTimers(1, Duration.ofSeconds(30));
      time.advance(Duration.ofSeconds(1));
      dropped.failure(SocketTimeoutException.class);
    }
    String text = tcpdump(file);
    assertThat(text.split("Flags \\[S\\]", -1)).hasLength(3);
    assertThat(text.split("Flags \\[R", -1)).hasLength(2);
  }

  private String tcpdump(Path file) throws IOException {
    return Programs.run(folder, "tcpdump", "-n", "-r", file.toString());
  }
}
