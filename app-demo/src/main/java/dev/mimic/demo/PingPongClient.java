package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import jakarta.inject.Inject;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * A client of ping-pong, as an application of the library. It depends on no socket, protocol or
 * network: the deployment has those.
 */
final class PingPongClient {
  private final MimicResolver resolver;

  @Inject
  PingPongClient(MimicResolver resolver) {
    this.resolver = resolver;
  }

  /**
   * Sends each line, and writes its answer as it comes. The last line is sent with an end, even if
   * it has none. The answers are flushed one by one.
   *
   * @param how values beside those of the address
   * @return the connection, such as {@code tls(tcp(localhost:4343))}
   * @throws EOFException if the server ends before all lines are answered
   */
  String play(String address, Context how, LineReader lines, OutputStream answers)
      throws IOException {
    return play(address, how, resolver.timeout(), lines, answers);
  }

  /** Does the same with another time limit for connecting. */
  String play(String address, Context how, Duration atMost, LineReader lines, OutputStream answers)
      throws IOException {
    try (Flow flow = resolver.with(how).withTimeout(atMost).resolve(address)) {
      play(flow, lines, answers);
      return flow.info().toString();
    }
  }

  /** Sends each line over this flow, and writes its answer. */
  static void play(Flow flow, LineReader lines, OutputStream answers) throws IOException {
    String server = flow.info().remote();
    LineReader reader = new LineReader(server, flow.inputStream());
    for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
      flow.write(ByteBuffer.wrap(withEnd(line.get()).getBytes(ISO_8859_1)));
      String answer =
          reader
              .next()
              .orElseThrow(
                  () ->
                      new EOFException(
                          server + " ended before it answered: is it a server of ping-pong?"));
      answers.write(answer.getBytes(ISO_8859_1));
      answers.flush();
    }
    flow.shutdownOutput();
  }

  private static String withEnd(String line) {
    return line.endsWith("\n") ? line : line + "\n";
  }
}
