package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.mimic.Flow;
import dev.mimic.MimicResolver;
import jakarta.inject.Inject;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * An application: plays ping-pong with whatever an address leads to. It names no socket, no
 * protocol and no network; those are the deployment's.
 */
final class PingPongClient {
  private final MimicResolver resolver;

  @Inject
  PingPongClient(MimicResolver resolver) {
    this.resolver = resolver;
  }

  /**
   * Sends each line, and hands on its answer.
   *
   * @return what carried them
   * @throws EOFException if the server ends before all lines are answered
   */
  String play(String address, Iterator<String> lines, Consumer<String> answers) throws IOException {
    try (Flow flow = resolver.resolve(address)) {
      play(flow, lines, answers);
      return flow.info().toString();
    }
  }

  /** Sends each line over this flow, and hands on its answer. */
  static void play(Flow flow, Iterator<String> lines, Consumer<String> answers) throws IOException {
    LineReader reader = new LineReader(flow);
    while (lines.hasNext()) {
      flow.write(ByteBuffer.wrap((lines.next() + "\n").getBytes(ISO_8859_1)));
      String answer =
          reader
              .next()
              .orElseThrow(
                  () ->
                      new EOFException(
                          "%s ended before it answered".formatted(flow.info().remote())));
      answers.accept(answer.stripTrailing());
    }
    flow.shutdownOutput();
  }
}
