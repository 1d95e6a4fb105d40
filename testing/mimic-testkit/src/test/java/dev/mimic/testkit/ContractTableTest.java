package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContractTableTest {
  @TempDir Path folder;

  private Path row(String name, ContractResult.LineResult... lines) throws IOException {
    new ContractResult(name, List.of(lines)).write(folder);
    return folder.resolve(name + ".tsv");
  }

  private static ContractResult.LineResult holds(int number) {
    return new ContractResult.LineResult(line(number), Optional.empty());
  }

  private static ContractResult.LineResult excluded(int number, String reason) {
    return new ContractResult.LineResult(line(number), Optional.of(reason));
  }

  private static LineInfo line(int number) {
    return new LineInfo(number, "line" + number, "Line %d | holds.".formatted(number));
  }

  @Test
  void markdown_ofSeveralRows_hasLinesInOrderAndNotes() throws IOException {
    Path one = row("TCP", holds(1), holds(3));
    Path other = row("TLS over TCP", excluded(1, "TLS cannot"), excluded(2, "nor this"), holds(3));
    Path third = row("in memory", holds(1), excluded(3, "nor this"));

    assertThat(ContractTable.read(List.of(one, other, third)).markdown())
        .isEqualTo(
            """
            | The contract | TCP | TLS over TCP | in memory |
            | --- | :-: | :-: | :-: |
            | Line 1 \\| holds. | ✓ | [1] | ✓ |
            | Line 2 \\| holds. | – | [2] | – |
            | Line 3 \\| holds. | ✓ | ✓ | [2] |

            [1] TLS cannot.

            [2] nor this.
            """);
  }

  @Test
  void markdown_withoutExclusions_hasNoNotes() throws IOException {
    assertThat(ContractTable.read(List.of(row("TCP", holds(1)))).markdown())
        .isEqualTo("| The contract | TCP |\n| --- | :-: |\n| Line 1 \\| holds. | ✓ |\n");
  }

  @Test
  void read_ofWrittenResult_isEqual() throws IOException {
    Path file = row("TLS", excluded(1, "a reason"), holds(2));
    assertThat(ContractResult.read(file))
        .isEqualTo(new ContractResult("TLS", List.of(excluded(1, "a reason"), holds(2))));
  }

  @Test
  void read_ofMalformedFile_isRefused() throws IOException {
    for (String text : List.of("", "TCP\n1\tline\n", "TCP\nx\tline\tLine.\tholds\n", "a/b\n")) {
      Path file = Files.writeString(folder.resolve("some.tsv"), text);
      IOException refusal =
          assertThrows(IOException.class, () -> ContractTable.read(List.of(file)));
      assertThat(refusal).hasMessageThat().startsWith(file.toString());
    }
    assertThrows(
        IOException.class, () -> ContractTable.read(List.of(folder.resolve("missing.tsv"))));
  }

  @Test
  void lines_haveUniqueNumbersNamesAndSentences() {
    List<LineInfo> lines = LineInfo.of(FlowListenerContract.class);
    assertThat(lines.size()).isGreaterThan(100);
    assertThat(lines.stream().map(LineInfo::number)).containsNoDuplicates();
    assertThat(lines.stream().map(LineInfo::name)).containsNoDuplicates();
    assertThat(lines.stream().map(LineInfo::sentence)).containsNoDuplicates();
    for (LineInfo line : lines) {
      assertThat(line.sentence()).matches("[A-Za-z0-9].*\\.");
    }
  }
}
