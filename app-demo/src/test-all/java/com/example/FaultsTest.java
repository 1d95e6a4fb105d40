package com.example;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.junit.NetworkSubject.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.MimicResolver;
import dev.mimic.ResolutionException;
import dev.mimic.ResolutionTimeoutException;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.inmemory.Bandwidth;
import dev.mimic.inmemory.Fault;
import dev.mimic.inmemory.Faults;
import dev.mimic.inmemory.InMemoryHost;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.inmemory.NameFailure;
import dev.mimic.junit.Host;
import dev.mimic.junit.MimicExtension;
import dev.mimic.junit.Seed;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(MimicExtension.class)
class FaultsTest {
  private FlowServer server;

  @BeforeEach
  void serve(@Host("api") MimicResolver api) throws IOException {
    server = FlowServer.serve(api.listen("tcp://api:7000"), FaultsTest::greet);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static void greet(Flow flow) throws IOException {
    flow.outputStream().write("hello".getBytes(UTF_8));
  }

  private static String read(MimicResolver resolver) throws IOException {
    try (Flow flow = resolver.resolve("tcp://api:7000")) {
      return new String(flow.inputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void read_afterReset_fails(InMemoryNetwork network, @Host("web") MimicResolver web)
      throws IOException {
    Fault fault = network.inject(Faults.resetAfter(2).from("api"));
    assertThrows(PeerGoneException.class, () -> read(web));
    fault.close();
    assertThat(read(web)).isEqualTo("hello");
    assertThat(network).hasReset();
    assertThat(network).connections("web", "api").isEqualTo(2);
  }

  @Test
  void name_thatFails_isReported(InMemoryNetwork network, @Host("web") MimicResolver web) {
    network.names().fail("api", NameFailure.SERVER_FAILURE);
    assertThrows(ResolutionException.class, () -> read(web));
    assertThat(network).hasNotConnected("web", "api");
  }

  @Test
  void host_thatRestarts_refuses(@Host("api") InMemoryHost api, @Host("web") MimicResolver web) {
    api.crash();
    api.restart(); // its programs are gone
    assertThrows(ResolutionException.class, () -> read(web));
  }

  @Test
  void connect_overPartition_timesOutAtOnce(
      InMemoryNetwork network, @Host("web") MimicResolver web, ManualTimeSource time)
      throws Exception {
    Fault partition = network.partition("web", "api");
    FutureTask<String> read = new FutureTask<>(() -> read(web));
    Thread.startVirtualThread(read);
    time.awaitTimers(1, Duration.ofSeconds(10)); // the connect waits
    time.advance(Duration.ofSeconds(30)); // the default timeout; takes no time
    Exception failure = assertThrows(ExecutionException.class, () -> read.get(10, SECONDS));
    assertThat(failure).hasCauseThat().isInstanceOf(ResolutionTimeoutException.class);
    partition.close();
    assertThat(read(web)).isEqualTo("hello");
  }

  @Test
  @Seed(42)
  void read_overSlowLink_isDelayed(InMemoryNetwork network, @Host("web") MimicResolver web)
      throws IOException {
    network.link("web", "api").latency(Duration.ofMillis(20)).bandwidth(Bandwidth.ofMegabits(1));
    long start = System.nanoTime();
    assertThat(read(web)).isEqualTo("hello");
    assertThat(System.nanoTime() - start).isAtLeast(Duration.ofMillis(40).toNanos());
  }
}
