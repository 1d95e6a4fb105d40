package com.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/** Sends a line to a server, and reads a line. */
final class PingClient {
  private final MimicResolver resolver;

  @Inject
  PingClient(MimicResolver resolver) {
    this.resolver = resolver;
  }

  String ask(String address, String line) throws IOException {
    try (Flow flow = resolver.resolve(address)) {
      flow.write(UTF_8.encode(line + "\n"));
      return new BufferedReader(new InputStreamReader(flow.inputStream(), UTF_8)).readLine();
    }
  }
}
