package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.mimic.flow.Flow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The server's side of ping-pong: {@code ping} is answered by {@code pong}, {@code pong} by {@code
 * ping}, and any other line comes back as it is.
 */
final class PingPong {
  private PingPong() {}

  /** Answers line by line until the peer ends its output. */
  static void serve(Flow flow) throws IOException {
    LineReader lines = new LineReader(flow.info().remote(), flow.inputStream());
    for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
      flow.write(ByteBuffer.wrap(answer(line.get()).getBytes(ISO_8859_1)));
    }
  }

  /** Returns the answer to a line, with the same line end. */
  static String answer(String line) {
    String word = LineReader.withoutEnd(line);
    String end = line.substring(word.length());
    return switch (word) {
      case "ping" -> "pong" + end;
      case "pong" -> "ping" + end;
      default -> line;
    };
  }
}
