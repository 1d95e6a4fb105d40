package com.example;

import static com.google.common.truth.Truth.assertThat;

import com.google.inject.Injector;
import com.google.inject.Module;
import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowServer;
import dev.mimic.guice.Deployment;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class PingTest {

  @Test
  void ping_onHost_isAnswered() throws IOException {
    assertThat(ping(new UnixLikeModule())).isEqualTo("pong");
  }

  @Test
  void ping_inMemory_isAnswered() throws IOException {
    assertThat(ping(new InMemoryModule(InMemoryNetwork.create()))).isEqualTo("pong");
  }

  private static String ping(Module target) throws IOException {
    Injector injector = Deployment.of("ping", target).injector();
    MimicResolver resolver = injector.getInstance(MimicResolver.class);
    try (FlowServer server =
        FlowServer.serve(resolver.listen("tcp://localhost:0"), PingServer::answer)) {
      return injector.getInstance(PingClient.class).ask(server.address(), "ping");
    }
  }
}
