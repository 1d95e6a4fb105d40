package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.mimic.Flow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads the lines of a flow. A line keeps its end, and is decoded as ISO 8859-1, which keeps every
 * byte, so that what is sent back is what came.
 */
final class LineReader {
  /** More than anybody's line, and little enough for a server to hold for each of its peers. */
  static final int MAX_BYTES = 64 * 1024;

  private final Flow flow;
  private final ByteBuffer buffer = ByteBuffer.allocate(8 * 1024).flip();

  LineReader(Flow flow) {
    this.flow = flow;
  }

  /**
   * Returns the next line; empty at the end. The last line may have no line end.
   *
   * @throws IOException if a line is longer than {@link #MAX_BYTES}
   */
  Optional<String> next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (buffer.hasRemaining() || fill()) {
      byte b = buffer.get();
      line.write(b);
      if (b == '\n') {
        return Optional.of(line.toString(ISO_8859_1));
      }
      if (line.size() > MAX_BYTES) {
        throw new IOException("a line is longer than %d bytes".formatted(MAX_BYTES));
      }
    }
    return line.size() == 0 ? Optional.empty() : Optional.of(line.toString(ISO_8859_1));
  }

  private boolean fill() throws IOException {
    buffer.clear();
    int count = flow.read(buffer);
    buffer.flip();
    return count >= 0;
  }
}
