package com.example;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.guice.Deployment;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TwoHostsTest {

  @Test
  void client_onAnotherHost_reachesServer() throws IOException {
    InMemoryNetwork network = InMemoryNetwork.create();
    Deployment server = Deployment.of("server", new InMemoryModule(network.host("server")));
    Deployment client = Deployment.of("client", new InMemoryModule(network.host("client")));

    try (FlowServer serving =
            FlowServer.serve(server.resolver().listen("tcp://0.0.0.0:80"), PingServer::answer);
        Flow flow = client.resolver().resolve("tcp://server:80")) {
      assertThat(serving.address()).isEqualTo("tcp://server:80");
      assertThat(flow.info().local()).startsWith("client:");
    }
  }
}
