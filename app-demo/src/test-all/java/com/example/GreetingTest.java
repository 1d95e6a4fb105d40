package com.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class GreetingTest {
  private final MimicResolver resolver =
      MimicResolver.builder().network(InMemoryNetwork.create()).build();

  @Test
  void client_ofServerInMemory_readsGreeting() throws IOException {
    try (FlowServer server =
            FlowServer.serve(resolver.listen("tcp://greeter:7000"), GreetingTest::greet);
        Flow flow = resolver.resolve(server.address())) {
      assertEquals("hello\n", new String(flow.inputStream().readAllBytes(), UTF_8));
    }
  }

  private static void greet(Flow flow) throws IOException {
    flow.outputStream().write("hello\n".getBytes(UTF_8));
  }
}
