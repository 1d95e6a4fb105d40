package dev.mimic.junit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import dev.mimic.inmemory.Faults;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetworkSubjectTest {
  private static final HostPort API = new HostPort("api", 80);

  private final InMemoryNetwork network = InMemoryNetwork.builder().recordBytes().build();

  @BeforeEach
  void sendFiveBytes() throws IOException {
    try (FlowListener listener = network.listen(API, deadline());
        Flow flow = network.host("web").connect(API, deadline());
        Flow accepted = listener.accept()) {
      flow.write(ByteBuffer.wrap(new byte[5]));
      accepted.inputStream().readNBytes(5);
    }
  }

  private static Deadline deadline() {
    return Deadline.after(Duration.ofSeconds(10), TimeSource.system());
  }

  private static String failure(@Nullable InMemoryNetwork of, Consumer<NetworkSubject> assertion) {
    NetworkSubject subject = NetworkSubject.assertThat(of);
    AssertionError failure = assertThrows(AssertionError.class, () -> assertion.accept(subject));
    return String.valueOf(failure.getMessage());
  }

  @Test
  void subject_ofWhatHappened_passes() {
    NetworkSubject subject = NetworkSubject.assertThat(network);
    subject.hasConnected("web", "API");
    subject.hasNotConnected("api", "web");
    subject.connections("web", "api").isEqualTo(1);
    subject.hasTransferred("web", "api", 5);
    subject.bytes("api", "web").isEqualTo(0);
    subject.hasNoReset();
    subject.hasNoOpenFlows();
  }

  @Test
  void hasConnected_ofOtherHosts_failsWithTimeline() {
    String failure = failure(network, subject -> subject.hasConnected("web", "db"));
    assertThat(failure).containsMatch("expected a connection *:\\s+web -> db");
    assertThat(failure).contains("#1 web -> api");
    assertThat(failure).contains("5 bytes");
  }

  @Test
  void hasNotConnected_ofConnectedHosts_fails() {
    assertThat(failure(network, subject -> subject.hasNotConnected("web", "api")))
        .containsMatch("expected no connection *:\\s+web -> api");
  }

  @Test
  void hasTransferred_ofOtherCount_failsWithTimeline() {
    String failure = failure(network, subject -> subject.hasTransferred("web", "api", 6));
    assertThat(failure).contains("bytes(web, api)");
    assertThat(failure).containsMatch("expected *:\\s+6");
    assertThat(failure).contains("#1 web -> api");
  }

  @Test
  void hasReset_withoutReset_fails() {
    assertThat(failure(network, NetworkSubject::hasReset)).contains("a reset");
  }

  @Test
  void hasNoReset_afterReset_fails() throws IOException {
    try (FlowListener listener = network.listen(API, deadline());
        Flow flow = network.host("web").connect(API, deadline());
        Flow accepted = listener.accept()) {
      network.inject(Faults.reset()).close();
      assertThrows(IOException.class, () -> flow.read(ByteBuffer.allocate(1)));
      assertThat(accepted.info().local()).isEqualTo("api:80");

      NetworkSubject.assertThat(network).hasReset();
      assertThat(failure(network, NetworkSubject::hasNoReset)).contains("no reset");
    }
  }

  @Test
  void hasNoOpenFlows_withListener_failsWithListener() throws IOException {
    try (FlowListener listener = network.listen(API, deadline())) {
      assertThat(failure(network, NetworkSubject::hasNoOpenFlows)).contains("listener " + listener);
    }
  }

  @Test
  void networkThatIsNull_fails() {
    assertThat(failure(null, NetworkSubject::hasNoOpenFlows)).contains("expected a network");
  }
}
