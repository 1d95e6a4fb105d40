package com.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import java.io.IOException;
import org.springframework.stereotype.Component;

/** Reads the greeting of a server. */
@Component
class GreetingClient {
  private final MimicResolver resolver;

  GreetingClient(MimicResolver resolver) {
    this.resolver = resolver;
  }

  String greetingOf(String address) throws IOException {
    try (Flow flow = resolver.resolve(address)) {
      return new String(flow.inputStream().readAllBytes(), UTF_8);
    }
  }
}
