package dev.mimic.demo;

import static java.util.stream.Collectors.joining;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Rows of cells in columns. Cells are wrapped where the columns would be wider than the terminal,
 * or than 80 characters where standard output is not a terminal.
 */
final class Table {
  private static final int GAP = 2;
  private static final int MIN_WIDTH = 10;
  private static final int HANGING_INDENT = 4;

  private final int indent;
  private final List<List<String>> rows = new ArrayList<>();
  private boolean hasHeading;

  /** Creates a table whose lines begin with this number of spaces. */
  Table(int indent) {
    this.indent = indent;
  }

  /** Adds the names of the columns as the first row. They are bold on a terminal with colours. */
  Table heading(String... names) {
    hasHeading = true;
    return row(names);
  }

  Table row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  /** Returns the rows, each with a line end. */
  String print() {
    return print(widths());
  }

  /** Returns the rows in columns of these widths, so that tables with equal widths fit together. */
  String print(int... widths) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      for (String line : lines(rows.get(i), widths)) {
        out.append(hasHeading && i == 0 ? bold(line) : line).append('\n');
      }
    }
    return out.toString();
  }

  /** Returns the lines of a row. A cell that is wrapped continues below its first line. */
  private List<String> lines(List<String> row, int[] widths) {
    List<List<String>> cells =
        IntStream.range(0, row.size()).mapToObj(i -> wrap(row.get(i), widths[i], GAP)).toList();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < cells.stream().mapToInt(List::size).max().orElse(0); i++) {
      StringBuilder line = new StringBuilder(" ".repeat(indent));
      for (int column = 0; column < cells.size(); column++) {
        String cell = i < cells.get(column).size() ? cells.get(column).get(i) : "";
        line.append(cell).append(" ".repeat(Math.max(0, widths[column] - cell.length()) + GAP));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static String bold(String line) {
    return Help.defaultColorScheme(Ansi.AUTO).apply(line, List.of(Style.bold)).toString();
  }

  /** Returns the lines of a text, each wrapped with a hanging indent. */
  static String wrap(String text) {
    return text.lines().map(Table::wrapLine).collect(joining());
  }

  private static String wrapLine(String line) {
    int spaces = line.length() - line.stripLeading().length();
    return wrap(line.strip(), width() - spaces, HANGING_INDENT).stream()
        .map(each -> " ".repeat(spaces) + each + "\n")
        .collect(joining());
  }

  /** Returns lines of at most this width. They are broken at spaces, and within longer words. */
  private static List<String> wrap(String text, int width, int hangingIndent) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : Splitter.on(' ').split(text)) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (longer.stripTrailing().length() > width && !line.isBlank()) {
        lines.add(line.stripTrailing());
        longer = " ".repeat(hangingIndent) + word;
      }
      for (line = longer;
          line.length() > width;
          line = " ".repeat(hangingIndent) + line.substring(width)) {
        lines.add(line.substring(0, width));
      }
    }
    lines.add(line.stripTrailing());
    return lines;
  }

  /** Returns the widths of the columns: the widest are narrowed until the rows fit. */
  private int[] widths() {
    int count = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = IntStream.range(0, count).map(this::naturalWidth).toArray();
    int available = width() - indent - GAP * (count - 1);
    while (Arrays.stream(widths).sum() > available) {
      int widest = IntStream.range(0, count).reduce(0, (a, b) -> widths[b] > widths[a] ? b : a);
      if (widths[widest] <= MIN_WIDTH) {
        break; // the terminal wraps the rest
      }
      widths[widest]--;
    }
    return widths;
  }

  private int naturalWidth(int column) {
    return rows.stream()
        .filter(row -> row.size() > column)
        .mapToInt(row -> row.get(column).length())
        .max()
        .orElse(0);
  }

  private static int width() {
    return new UsageMessageSpec().autoWidth(true).width();
  }
}
