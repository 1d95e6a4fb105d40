package dev.mimic.inmemory;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.inmemory.Pair.read;
import static dev.mimic.inmemory.Pair.write;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.PeerGoneException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of the text and the diagram of a timeline. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("try") // faults, listeners and captures act until the end of their blocks
class TimelineTest {
  private final ManualTimeSource time = new ManualTimeSource();
  private final InMemoryNetwork network =
      InMemoryNetwork.builder().timeSource(time).recordBytes().build();

  private void story() throws Exception {
    try (Pair pair = Pair.open(network);
        Fault fault = network.inject(Faults.resetAfter(4).from("server"))) {
      write(pair.client(), "GET");
      time.advance(Duration.ofMillis(30));
      write(pair.client(), "\n");
      assertThat(read(pair.server())).isEqualTo("GET\n");
      write(pair.server(), "12345678");
      assertThat(read(pair.client())).isEqualTo("1234");
      assertThrows(PeerGoneException.class, () -> read(pair.client()));
    }
  }

  @Test
  void toString_isALineForEachEvent() throws Exception {
    story();
    assertThat(network.timeline().toString())
        .isEqualTo(
            """
                0.000 ms  #1 client -> server  connect to port 80
                0.000 ms  #1 server -> client  connected
                0.000 ms  network              fault: reset after 4 bytes from server begins
                0.000 ms  #1 client -> server  3 bytes
               30.000 ms  #1 client -> server  1 byte
               30.000 ms  #1 server -> client  fault: reset after 4 bytes from server
               30.000 ms  #1 server -> client  4 bytes
               30.000 ms  #1 client -> server  reset
               30.000 ms  #1 server -> client  reset
               30.000 ms  network              fault: reset after 4 bytes from server ends
               30.000 ms  #1 client -> server  close
               30.000 ms  #1 server -> client  close
            """);
  }

  @Test
  void toMermaid_joinsBytesOfOneDirection() throws Exception {
    story();
    assertThat(network.timeline().toMermaid())
        .startsWith(
            """
            sequenceDiagram
              participant h0 as client
              participant h1 as server
              h0-->>h1: [1] connect to port 80, 0.000 ms
              h1-->>h0: [1] connected, 0.000 ms
              %% 0.000 ms network fault: reset after 4 bytes from server begins
              h0->>h1: [1] 4 bytes, 0.000 ms
            """);
  }

  @Test
  void events_tooMany_dropsTheOldest() throws Exception {
    InMemoryNetwork small = InMemoryNetwork.builder().maxEvents(2).build();
    Pair.open(small).close();
    assertThat(small.timeline().events()).hasSize(2);
    assertThat(small.timeline().dropped()).isEqualTo(2);
    assertThat(small.timeline().toString()).startsWith("(2 earlier events are not shown)\n");
  }
}
