package dev.mimic.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one row has shown, and the file that it is kept in.
 *
 * <pre>
 *   TLS over TCP
 *   101 TAB aReadReturnsWhatIsThere TAB A read returns ... TAB holds
 *   408 TAB unreadInputMakesACloseAReset TAB Where input ... TAB excluded: TLS has ...
 * </pre>
 */
record ContractResult(String row, List<Outcome> outcomes) {
  private static final String HOLDS = "holds";
  private static final String EXCLUDED = "excluded: ";

  /**
   * What became of one line: it holds, unless there is a reason why it was not run.
   *
   * @param excluded the reason
   */
  record Outcome(ListedLine line, Optional<String> excluded) {

    private String print() {
      String outcome = excluded.map(EXCLUDED::concat).orElse(HOLDS);
      return String.join(
          "\t", String.valueOf(line.number()), line.name(), line.sentence(), outcome);
    }

    private static Outcome parse(String text) {
      String[] cells = text.split("\t", -1);
      boolean excluded = cells.length == 4 && cells[3].startsWith(EXCLUDED);
      if (cells.length != 4 || !(excluded || cells[3].equals(HOLDS))) {
        throw new IllegalArgumentException("not a line's outcome: " + text);
      }
      ListedLine line = new ListedLine(Integer.parseInt(cells[0]), cells[1], cells[2]);
      return new Outcome(
          line, excluded ? Optional.of(cells[3].substring(EXCLUDED.length())) : Optional.empty());
    }
  }

  ContractResult {
    if (!row.matches("[\\w .,()+-]+")) {
      throw new IllegalArgumentException(
          "row (%s) must be made of letters, digits, spaces and . , ( ) + -".formatted(row));
    }
    outcomes = List.copyOf(outcomes);
  }

  /** Writes the file of this row into a folder. */
  void write(Path folder) throws IOException {
    List<String> text = new ArrayList<>();
    text.add(row);
    outcomes.forEach(each -> text.add(each.print()));
    Files.createDirectories(folder);
    Files.write(folder.resolve(row + ".tsv"), text, UTF_8);
  }

  /** Reads such a file. */
  static ContractResult read(Path file) throws IOException {
    List<String> text = Files.readAllLines(file, UTF_8);
    if (text.isEmpty()) {
      throw new IOException("%s is empty: it must begin with the row's name".formatted(file));
    }
    try {
      return new ContractResult(text.get(0), text.stream().skip(1).map(Outcome::parse).toList());
    } catch (IllegalArgumentException e) {
      throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
