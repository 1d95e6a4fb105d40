package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.FlowPipe;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lines that are left out, and what becomes of all of them in the results. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ExcludesTest {
  private static final String LINE = "aReadReturnsWhatIsThere";
  private static final String OTHER = "aReadWaitsForTheFirstByte";

  @TempDir Path results;

  abstract static class Pipe extends FlowContract {
    @Override
    protected FlowPair open() {
      return FlowPair.of(FlowPipe.create());
    }
  }

  private ContractRun run(Class<? extends FlowContract> row, String... lines) {
    return ContractRun.of(row, Running.PATIENCE, results, lines);
  }

  @Row("a pipe (1)")
  @Excludes(line = LINE, because = "a reason")
  static final class One extends Pipe {}

  @Test
  void anExcludedLinePassesOnceAndTellsWhy() {
    assertThat(run(One.class, LINE, OTHER).passed())
        .containsExactly(LINE + " excluded: a reason", OTHER + " PLATFORM", OTHER + " VIRTUAL");
  }

  @Test
  void aRowLeavesItsResultsOfWhatHeldAndWhatIsExcluded() throws IOException {
    assertThat(run(One.class, LINE, OTHER).failed()).isEmpty();

    assertThat(Files.readAllLines(results.resolve("a pipe (1).tsv")))
        .containsExactly(
            "a pipe (1)",
            "101\t"
                + LINE
                + "\tA read returns what is there, and does not wait for its buffer to be full."
                + "\texcluded: a reason",
            "102\t" + OTHER + "\tA read waits for the first byte.\tholds")
        .inOrder();
  }

  @Test
  void aClassThatIsNoRowLeavesNothing() throws IOException {
    assertThat(run(Both.class, OTHER).failed()).isEmpty();
    try (var files = Files.list(results)) {
      assertThat(files.toList()).isEmpty();
    }
  }

  @Excludes(line = LINE, because = "one reason")
  @Retention(RetentionPolicy.RUNTIME)
  @interface Shared {}

  @Shared
  @Excludes(line = OTHER, because = "another reason")
  static final class Both extends Pipe {}

  @Test
  void exclusionsCanBeSharedByAnAnnotation() {
    assertThat(run(Both.class, LINE, OTHER).passed())
        .containsExactly(LINE + " excluded: one reason", OTHER + " excluded: another reason");
  }

  @Excludes(line = "noSuchLine", because = "a reason")
  static final class Unknown extends Pipe {}

  @Excludes(line = LINE, because = " ")
  static final class WithoutReason extends Pipe {}

  @Excludes(line = LINE, because = "a reason")
  @Excludes(line = LINE, because = "a second one")
  static final class Twice extends Pipe {}

  @Excludes(line = LINE, because = "a\treason")
  static final class WithTab extends Pipe {}

  @Test
  void whatIsWrongWithAnExclusionFailsTheClass() {
    assertFails(Unknown.class, "Unknown excludes \"noSuchLine\": there is no such line");
    assertFails(
        WithoutReason.class,
        "WithoutReason excludes \"aReadReturnsWhatIsThere\":"
            + " it has no reason: say because of what the line cannot hold");
    assertFails(Twice.class, "Twice excludes \"aReadReturnsWhatIsThere\": it is excluded twice");
    assertFails(
        WithTab.class,
        "WithTab excludes \"aReadReturnsWhatIsThere\":"
            + " its reason must be one line, without tabs");
  }

  private void assertFails(Class<? extends FlowContract> row, String message) {
    ContractRun run = run(row, OTHER);
    assertThat(run.passed()).isEmpty();
    assertWithMessage("failures").that(run.failures()).hasSize(1);
    assertThat(run.failures().get(0)).hasMessageThat().isEqualTo(message);
  }

  @Row("a/b")
  static final class BadName extends Pipe {}

  @Test
  void aRowsNameMustBeAFilesName() {
    assertThat(run(BadName.class, OTHER).failures().get(0))
        .hasMessageThat()
        .isEqualTo("row (a/b) must be made of letters, digits, spaces and . , ( ) + -");
  }
}
