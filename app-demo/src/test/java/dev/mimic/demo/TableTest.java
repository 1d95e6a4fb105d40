package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final String ANSI = "picocli.ansi"; // of picocli: true, false or tty
  private static final String WIDTH = "picocli.usage.width";

  @AfterEach
  void clearProperties() {
    System.clearProperty(ANSI);
    System.clearProperty(WIDTH);
  }

  @Test
  void rows_ofShortCells_areAligned() {
    assertThat(new Table(2).heading("A", "BBB").row("aaa", "b").print())
        .isEqualTo("  A    BBB\n  aaa  b\n");
  }

  @Test
  void cells_thatDoNotFit_areWrappedBesideEachOther() {
    String text = "word ".repeat(20).strip();
    String printed = new Table(0).row("name", text, text, "end").print();
    for (String line : printed.lines().toList()) {
      assertThat(line.length()).isAtMost(80);
    }
    assertThat(printed.lines().findFirst().orElseThrow()).matches("name  word .* word .*  end");
    assertThat(printed.split("word", -1)).hasLength(41);
  }

  @Test
  void width_ofTerminal_isUsed() {
    System.setProperty(WIDTH, "60");
    assertThat(
            new Table(0).row("x ".repeat(100)).print().lines().findFirst().orElseThrow().length())
        .isAtMost(60);
    System.setProperty(WIDTH, "120");
    assertThat(new Table(0).row("x ".repeat(50)).print().lines().count()).isEqualTo(1);
  }

  @Test
  void word_longerThanColumn_isBroken() {
    assertThat(new Table(0).row("x".repeat(25)).print(10))
        .isEqualTo("xxxxxxxxxx\n  xxxxxxxx\n  xxxxxxx\n");
  }

  @Test
  void wrap_ofIndentedLine_keepsIndent() {
    System.setProperty(WIDTH, "60");
    assertThat(Table.wrap("a\n  " + "word ".repeat(14).strip() + "\n"))
        .isEqualTo(
            "a\n  " + "word ".repeat(11).strip() + "\n      " + "word ".repeat(3).strip() + "\n");
  }

  @Test
  void cell_withMarkup_isPrintedAsItIs() {
    assertThat(new Table(0).row("@|bold x|@").print()).isEqualTo("@|bold x|@\n");
  }

  @Test
  void heading_withColours_isBoldAndRowsAreNot() {
    System.setProperty(ANSI, "true");
    assertThat(new Table(0).heading("A").row("a").print())
        .matches("\u001b\\[1mA\u001b\\[[0-9;m\u001b\\[]*\na\n");
  }
}
