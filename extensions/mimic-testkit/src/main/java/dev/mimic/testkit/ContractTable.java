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
 * What transports have shown of the contract, side by side: made from the files that each {@link
 * Row} leaves. Immutable.
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
   * Reads the results of some rows; the table shows them in this order.
   *
   * @throws IOException if one is missing, or is no such file
   */
  public static ContractTable read(List<Path> files) throws IOException {
    List<ContractResult> rows = new ArrayList<>();
    for (Path file : files) {
      rows.add(ContractResult.read(file));
    }
    return new ContractTable(rows);
  }

  /**
   * Returns a table in Markdown, ended by a line break: the sentences, in the order of the
   * contract, by the transports; and below it the reasons for what is excluded, as numbered notes.
   *
   * <p>A cell holds {@code ✓} if the line holds, the number of a note if it is excluded, and {@code
   * –} if the row does not have the line, or it did not hold when last run.
   */
  public String markdown() {
    Notes notes = new Notes();
    StringBuilder text = new StringBuilder();
    addRow(text, "The contract", rows.stream().map(ContractResult::row).toList());
    addRow(text, "---", rows.stream().map(row -> ":-:").toList());
    for (ListedLine line : lines()) {
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

  private Collection<ListedLine> lines() {
    return rows.stream()
        .flatMap(row -> row.outcomes().stream())
        .map(ContractResult.Outcome::line)
        .collect(
            Collectors.toCollection(
                () -> new TreeSet<>(Comparator.comparingInt(ListedLine::number))));
  }

  private static String cell(ContractResult row, ListedLine line, Notes notes) {
    return row.outcomes().stream()
        .filter(outcome -> outcome.line().number() == line.number())
        .map(outcome -> outcome.excluded().map(notes::number).orElse(HOLDS))
        .findFirst()
        .orElse(NOT_RUN);
  }

  /** The reasons, each with its number, in the order in which they are met. */
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
