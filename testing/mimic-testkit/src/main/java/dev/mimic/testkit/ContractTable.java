package dev.mimic.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A table of the results of several transports, read from the files of their {@link Row}s.
 * Immutable.
 *
 * <pre>{@code
 * ContractTable.read(List.of(unix.resolve("TCP.tsv"), memory.resolve("in memory.tsv"))).markdown()
 * }</pre>
 */
public final class ContractTable {
  private static final String HOLDS = "✓";
  private static final String NOT_RUN = "–";

  private final List<ContractResult> rows;

  private ContractTable(List<ContractResult> rows) {
    this.rows = List.copyOf(rows);
  }

  /**
   * Reads the results of rows, in the order of the table.
   *
   * @throws IOException if a file is missing or malformed
   */
  public static ContractTable read(List<Path> files) throws IOException {
    List<ContractResult> rows = new ArrayList<>();
    for (Path file : files) {
      rows.add(ContractResult.read(file));
    }
    return new ContractTable(rows);
  }

  /**
   * Returns a table in Markdown that ends with a line break. It has a row for each line of the
   * contract and a column for each transport. Numbered notes below it give the reasons for
   * exclusions.
   *
   * <p>A cell has {@code ✓} if the line holds, the number of a note if it is excluded, and {@code
   * –} if the transport does not have the line or the line failed in the last run.
   */
  public String markdown() {
    Notes notes = new Notes();
    StringBuilder text = new StringBuilder();
    addRow(text, "The contract", rows.stream().map(ContractResult::row).toList());
    addRow(text, "---", rows.stream().map(row -> ":-:").toList());
    for (LineInfo line : lines()) {
      addRow(text, line.sentence(), rows.stream().map(row -> cell(row, line, notes)).toList());
    }
    return text.append(notes.print()).toString();
  }

  private static void addRow(StringBuilder text, String first, List<String> rest) {
    text.append("| ").append(escape(first)).append(" | ");
    text.append(rest.stream().map(ContractTable::escape).collect(Collectors.joining(" | ")));
    text.append(" |\n");
  }

  private static String escape(String cell) {
    return cell.replace("|", "\\|");
  }

  private Collection<LineInfo> lines() {
    return rows.stream()
        .flatMap(row -> row.lines().stream())
        .map(ContractResult.LineResult::line)
        .collect(
            Collectors.toCollection(
                () -> new TreeSet<>(Comparator.comparingInt(LineInfo::number))));
  }

  private static String cell(ContractResult row, LineInfo line, Notes notes) {
    return row.lines().stream()
        .filter(result -> result.line().number() == line.number())
        .map(result -> result.excluded().map(notes::number).orElse(HOLDS))
        .findFirst()
        .orElse(NOT_RUN);
  }

  /** The numbered reasons, in order of their first use. */
  private static final class Notes {
    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    String number(String reason) {
      numbers.putIfAbsent(reason, numbers.size() + 1);
      return "[" + numbers.get(reason) + "]";
    }

    String print() {
      StringBuilder text = new StringBuilder();
      numbers.forEach((reason, number) -> text.append("\n[%d] %s.\n".formatted(number, reason)));
      return text.toString();
    }
  }
}
