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

  private final List<String> lines;
  private final List<PemBlock> blocks = new ArrayList<>();
  private int at;

  private PemScanner(String text) {
    lines = text.lines().map(String::strip).toList();
  }

  /**
   * Returns the blocks, in order; none, if there are none.
   *
   * @throws MalformedPemException if a block does not end, or is not Base64
   */
  static List<PemBlock> scan(String text) throws MalformedPemException {
    PemScanner scanner = new PemScanner(text);
    while (scanner.at < scanner.lines.size()) {
      String line = scanner.lines.get(scanner.at++);
      if (isMark(line, BEGIN)) {
        scanner.blocks.add(scanner.block(label(line, BEGIN), scanner.at));
      }
    }
    return List.copyOf(scanner.blocks);
  }

  private static boolean isMark(String line, String mark) {
    return line.startsWith(mark)
        && line.endsWith(DASHES)
        && line.length() > mark.length() + DASHES.length();
  }

  private static String label(String line, String mark) {
    return line.substring(mark.length(), line.length() - DASHES.length()).strip();
  }

  private PemBlock block(String label, int beginsAt) throws MalformedPemException {
    Map<String, String> headers = headers();
    StringBuilder base64 = new StringBuilder();
    while (at < lines.size()) {
      String line = lines.get(at++);
      if (isMark(line, END) && label(line, END).equals(label)) {
        return new PemBlock(label, headers, checked(base64, label, beginsAt), beginsAt);
      }
      if (line.startsWith(DASHES)) {
        throw new MalformedPemException(
            "is damaged: the %s of line %d ends in line %d with something other than %s%s%s"
                .formatted(shown(label), beginsAt, at, END, shown(label), DASHES));
      }
      line.chars().filter(c -> !Character.isWhitespace(c)).forEach(c -> base64.append((char) c));
    }
    throw new MalformedPemException(
        "is damaged: the %s of line %d has no end, as if it had been cut"
            .formatted(shown(label), beginsAt));
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
      throws MalformedPemException {
    String text = base64.toString();
    try {
      if (Base64.getDecoder().decode(text).length > 0) {
        return text;
      }
    } catch (IllegalArgumentException e) {
      // Its message may show a character of a key.
      throw new MalformedPemException(
          "is damaged: the content of the %s of line %d is not Base64"
              .formatted(shown(label), line));
    }
    throw new MalformedPemException(
        "is damaged: the %s of line %d is empty".formatted(shown(label), line));
  }

  // A damaged file can have anything there.
  private static String shown(String label) {
    String printable = label.replaceAll("[^ -~]", "?");
    return printable.length() <= 40 ? printable : printable.substring(0, 40) + "...";
  }
}
