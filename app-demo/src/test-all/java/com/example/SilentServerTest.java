package com.example;

import static com.google.common.truth.Truth.assertThat;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.inmemory.InMemoryNetwork;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class SilentServerTest {
  private final ManualTimeSource time = new ManualTimeSource();
  private final MimicResolver resolver =
      MimicResolver.builder().network(InMemoryNetwork.create(time)).timeSource(time).build();

  @Test
  void read_fromSilentServer_timesOut() throws Exception {
    try (FlowListener server = resolver.listen("tcp://silent:1"); // accepts nothing
        Flow flow = resolver.resolve(server.address())) {
      flow.readTimeout(Duration.ofMinutes(5));
      FutureTask<Integer> read = new FutureTask<>(() -> flow.inputStream().read());
      Thread.ofVirtual().start(read);

      time.awaitTimers(1, Duration.ofSeconds(10)); // the read waits
      time.advance(Duration.ofMinutes(5)); // takes no time

      Exception failure = assertThrows(ExecutionException.class, () -> read.get(10, SECONDS));
      assertThat(failure).hasCauseThat().isInstanceOf(SocketTimeoutException.class);
    }
  }
}
