package com.example;

import static com.google.common.truth.Truth.assertThat;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.MimicResolver;
import dev.mimic.ResolutionException;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.inmemory.Fault;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.inmemory.NameFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // a fault lasts while it is open
class FailingNameTest {
  private final ManualTimeSource time = new ManualTimeSource();
  private final InMemoryNetwork network = InMemoryNetwork.create(time);
  private final MimicResolver resolver =
      MimicResolver.builder().network(network).timeSource(time).build();

  @Test
  void name_unknownForAWhile_failsThenConnects() throws IOException {
    try (FlowListener db = resolver.listen("tcp://db:5432")) {
      try (Fault fault = network.names().fail("db", NameFailure.UNKNOWN)) {
        Exception failure =
            assertThrows(ResolutionException.class, () -> resolver.resolve(db.address()));
        assertThat(failure).hasMessageThat().contains("db: the name does not exist");
      }
      resolver.resolve(db.address()).close();
    }
  }

  @Test
  void name_withoutAnswer_failsAfterTenSeconds() throws Exception {
    try (FlowListener db = resolver.listen("tcp://db:5432");
        Fault fault = network.names().fail("db", NameFailure.TIMEOUT)) {
      FutureTask<Flow> connect = new FutureTask<>(() -> resolver.resolve(db.address()));
      Thread.ofVirtual().start(connect);
      time.awaitTimers(2, Duration.ofSeconds(10)); // those of the look-up and of the resolver
      time.advance(Duration.ofSeconds(10));

      Exception failure = assertThrows(ExecutionException.class, () -> connect.get(10, SECONDS));
      assertThat(failure).hasMessageThat().contains("no name server has answered within 10 s");
    }
  }

  @Test
  void name_withChangedAnswer_leadsToOtherHost() throws IOException {
    network.names().answer("db", "blue");
    try (FlowListener blue = resolver.listen("tcp://blue:5432");
        FlowListener green = resolver.listen("tcp://green:5432")) {
      resolver.resolve("tcp://db:5432").close();
      blue.accept().close();

      network.names().answer("db", "green");
      resolver.resolve("tcp://db:5432").close();
      green.accept().close();
    }
  }
}
