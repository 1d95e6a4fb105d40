package dev.mimic.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The results of one row, and the format of their file.
 *
 * <pre>
 *   TLS over TCP
 *   101 TAB read_returnsAvailableBytes TAB A read returns ... TAB holds
 *   411 TAB close_withUnreadInput_isReset TAB Closing with ... TAB excluded: TLS has ...
 * </pre>
 */
record ContractResult(String row, List<LineResult> lines) {
  private static final String HOLDS = "holds";
  private static final String EXCLUDED = "excluded: ";

  /**
   * The result of one line, which holds unless it is excluded.
   *
   * @param excluded the reason for the exclusion
   */
  record LineResult(LineInfo line, Optional<String> excluded) {

    private String print() {
      String result = excluded.map(EXCLUDED::concat).orElse(HOLDS);
      return String.join("\t", String.valueOf(line.number()), line.name(), line.sentence(), result);
    }

    private static LineResult parse(String text) {
      String[] cells = text.split("\t", -1);
      boolean excluded = cells.length == 4 && cells[3].startsWith(EXCLUDED);
      if (cells.length != 4 || !(excluded || cells[3].equals(HOLDS))) {
        throw new IllegalArgumentException("not the result of a line: " + text);
      }
      LineInfo line = new LineInfo(Integer.parseInt(cells[0]), cells[1], cells[2]);
      return new LineResult(
          line, excluded ? Optional.of(cells[3].substring(EXCLUDED.length())) : Optional.empty());
    }
  }

  ContractResult {
    if (!row.matches("[\\w .,()+-]+")) {
      throw new IllegalArgumentException(
          "row (%s) can have only letters, digits, spaces and . , ( ) + -".formatted(row));
    }
    lines = List.copyOf(lines);
  }

  /** Writes the results to a file in a folder. */
  void write(Path folder) throws IOException {
    List<String> text = new ArrayList<>();
    text.add(row);
    lines.forEach(each -> text.add(each.print()));
    Files.createDirectories(folder);
    Files.write(folder.resolve(row + ".tsv"), text, UTF_8);
  }

  /** Reads results from a file. */
  static ContractResult read(Path file) throws IOException {
    List<String> text = Files.readAllLines(file, UTF_8);
    if (text.isEmpty()) {
      throw new IOException("%s is empty: it must begin with the name of the row".formatted(file));
    }
    try {
      return new ContractResult(text.get(0), text.stream().skip(1).map(LineResult::parse).toList());
    } catch (IllegalArgumentException e) {
      throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
