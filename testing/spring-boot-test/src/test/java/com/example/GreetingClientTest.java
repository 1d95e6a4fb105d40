package com.example;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowServer;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class GreetingClientTest {

  @Configuration(proxyBeanMethods = false)
  static class InMemoryConfiguration {
    @Bean
    MimicResolver resolver() {
      return MimicResolver.builder().network(InMemoryNetwork.create()).build();
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {NetworkConfiguration.class, InMemoryConfiguration.class})
  void client_onEachNetwork_readsGreeting(Class<?> network) throws IOException {
    try (AnnotationConfigApplicationContext spring =
            new AnnotationConfigApplicationContext(network, GreetingClient.class);
        FlowServer server =
            FlowServer.serve(
                spring.getBean(MimicResolver.class).listen("tcp://localhost:0"),
                flow -> flow.write(UTF_8.encode("hello")))) {
      GreetingClient client = spring.getBean(GreetingClient.class);
      assertThat(client.greetingOf(server.address())).isEqualTo("hello");
    }
  }
}
