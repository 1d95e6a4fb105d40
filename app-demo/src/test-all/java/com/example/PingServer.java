package com.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.flow.Flow;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/** Answers "ping" with "pong", and repeats every other line. */
final class PingServer {
  private PingServer() {}

  static void answer(Flow flow) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(flow.inputStream(), UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      flow.write(UTF_8.encode(line.equals("ping") ? "pong\n" : line + "\n"));
    }
  }
}
