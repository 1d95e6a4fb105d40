package dev.mimic.tls;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the blocks in a text, as RFC 7468, section 3 lets a lax parser do it: what stands outside
 * of blocks is skipped, lines may end and be indented in any way and be of any length.
 */
final class PemScanner {
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";
  private static final int MAX_LABEL = 64;

  private final List<String> lines;
  private int at;

  private PemScanner(String text) {
    lines = text.lines().map(String::strip).toList();
  }

  /**
   * Returns the blocks, in order; none, if there are none.
   *
   * @throws DamagedPemException if a block does not end, is empty, or is not Base64
   */
  static List<PemBlock> scan(String text) throws DamagedPemException {
    PemScanner scanner = new PemScanner(text);
    List<PemBlock> blocks = new ArrayList<>();
    while (scanner.at < scanner.lines.size()) {
      String line = scanner.lines.get(scanner.at++);
      if (isMark(line, BEGIN)) {
        blocks.add(scanner.block(label(line, BEGIN)));
      }
    }
    return List.copyOf(blocks);
  }

  private static boolean isMark(String line, String mark) {
    return line.startsWith(mark)
        && line.endsWith(DASHES)
        && line.length() > mark.length() + DASHES.length()
        && line.length() < mark.length() + DASHES.length() + MAX_LABEL
        && line.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  private static String label(String line, String mark) {
    return line.substring(mark.length(), line.length() - DASHES.length()).strip();
  }

  private PemBlock block(String label) throws DamagedPemException {
    int beginsAt = at; // of the line that was just read, counted from 1
    Map<String, String> headers = headers();
    StringBuilder base64 = new StringBuilder();
    while (at < lines.size()) {
      String line = lines.get(at++);
      if (isMark(line, END) && label(line, END).equals(label)) {
        return new PemBlock(label, headers, checked(base64, label, beginsAt), beginsAt);
      }
      if (line.startsWith(DASHES)) {
        throw new DamagedPemException(
            "where the %s of line %d should end, in line %d, there is no %s%s%s"
                .formatted(label, beginsAt, at, END, label, DASHES));
      }
      line.chars().filter(c -> !Character.isWhitespace(c)).forEach(c -> base64.append((char) c));
    }
    throw new DamagedPemException(
        "the %s of line %d has no end, as if it had been cut".formatted(label, beginsAt));
  }

  /** Returns the headers, if there are any, and goes to the line behind the empty one. */
  private Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    while (at < lines.size()) {
      String line = lines.get(at);
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      } else if (!line.isEmpty()) {
        break;
      }
      at++;
    }
    return headers;
  }

  private static String checked(CharSequence base64, String label, int line)
      throws DamagedPemException {
    String text = base64.toString();
    try {
      if (Base64.getDecoder().decode(text).length > 0) {
        return text;
      }
    } catch (IllegalArgumentException e) {
      // No cause: its message shows a character, which may be one of a key.
      throw new DamagedPemException(
          "the content of the %s of line %d is not Base64".formatted(label, line));
    }
    throw new DamagedPemException("the %s of line %d is empty".formatted(label, line));
  }
}
