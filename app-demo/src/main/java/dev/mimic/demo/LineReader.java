package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A reader of lines that end with {@code \n}. A line keeps its end. It is decoded as ISO 8859-1,
 * which keeps every byte.
 */
final class LineReader {
  /** The maximum length. A server can hold a line of this length for each client. */
  static final int MAX_BYTES = 64 * 1024;

  private final String name;
  private final InputStream in;
  private final byte[] buffer = new byte[8 * 1024];
  private int position;
  private int limit;
  private int number;

  /** Creates a reader of a stream that errors call by this name. */
  LineReader(String name, InputStream in) {
    this.name = name;
    this.in = in;
  }

  /**
   * Returns the next line; empty at the end. The last line may have no line end.
   *
   * @throws IOException if a line without its end is longer than {@link #MAX_BYTES}
   */
  Optional<String> next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    number++;
    while (position < limit || fill()) {
      byte b = buffer[position++];
      line.write(b);
      if (b == '\n') {
        return Optional.of(line.toString(ISO_8859_1));
      }
      if (line.size() > MAX_BYTES) {
        throw new IOException(
            "line %d of %s is longer than %d bytes: break it into shorter lines"
                .formatted(number, name, MAX_BYTES));
      }
    }
    return line.size() == 0 ? Optional.empty() : Optional.of(line.toString(ISO_8859_1));
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = in.read(buffer);
    return limit > 0;
  }

  /** Returns the line without its end, which is {@code \n} or {@code \r\n}. */
  static String withoutEnd(String line) {
    if (line.endsWith("\r\n")) {
      return line.substring(0, line.length() - 2);
    }
    return line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
  }
}
