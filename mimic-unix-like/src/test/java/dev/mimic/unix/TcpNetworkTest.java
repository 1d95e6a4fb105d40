package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.HostPort;
import dev.mimic.TimeSource;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class TcpNetworkTest {
  @Test
  void echoes() throws Exception {
    TcpNetwork network = TcpNetwork.create();
    try (FlowListener listener = network.listen(new HostPort("localhost", 0))) {
      System.out.println(listener.address());
      int port = Integer.parseInt(listener.address().substring("tcp://localhost:".length()));
      try (Flow flow =
          network.connect(
              new HostPort("localhost", port),
              Deadline.after(Duration.ofSeconds(5), TimeSource.system()))) {
        Flow other = listener.accept();
        flow.write(ByteBuffer.wrap("hi".getBytes(UTF_8)));
        ByteBuffer in = ByteBuffer.allocate(10);
        assertThat(other.read(in)).isEqualTo(2);
        other.close();
        assertThat(flow.read(in)).isEqualTo(-1);
      }
    }
  }
}
