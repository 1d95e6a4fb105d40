package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.flow.FlowPipe;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests of excluded lines and of the files of results. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ExcludesTest {
  private static final String LINE = "read_returnsAvailableBytes";
  private static final String OTHER = "read_withoutBytes_waitsForTheFirst";

  @TempDir Path results;

  abstract static class PipeContract extends FlowContract {
    @Override
    protected FlowPair open() {
      return FlowPair.of(FlowPipe.create());
    }
  }

  private ContractRun run(Class<? extends FlowContract> row, String... lines) {
    return ContractRun.of(row, Running.TIMEOUT, results, lines);
  }

  @Row("a pipe (1)")
  @Excludes(line = LINE, because = "a reason")
  static final class One extends PipeContract {}

  @Test
  void excludedLine_passesOnceAndShowsReason() {
    assertThat(run(One.class, LINE, OTHER).passed())
        .containsExactly(LINE + " excluded: a reason", OTHER + " PLATFORM", OTHER + " VIRTUAL");
  }

  @Test
  void row_writesHeldAndExcludedLines() throws IOException {
    assertThat(run(One.class, LINE, OTHER).failed()).isEmpty();

    assertThat(Files.readAllLines(results.resolve("a pipe (1).tsv")))
        .containsExactly(
            "a pipe (1)",
            "101\t"
                + LINE
                + "\tA read returns the available bytes and does not wait for a full buffer."
                + "\texcluded: a reason",
            "102\t" + OTHER + "\tA read waits for the first byte.\tholds")
        .inOrder();
  }

  @Test
  void classWithoutRow_writesNothing() throws IOException {
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
  static final class Both extends PipeContract {}

  @Test
  void exclusions_onAnnotation_areShared() {
    assertThat(run(Both.class, LINE, OTHER).passed())
        .containsExactly(LINE + " excluded: one reason", OTHER + " excluded: another reason");
  }

  @Excludes(line = "noSuchLine", because = "a reason")
  static final class Unknown extends PipeContract {}

  @Excludes(line = LINE, because = " ")
  static final class WithoutReason extends PipeContract {}

  @Excludes(line = LINE, because = "a reason")
  @Excludes(line = LINE, because = "a second one")
  static final class Twice extends PipeContract {}

  @Excludes(line = LINE, because = "a\treason")
  static final class WithTab extends PipeContract {}

  @Test
  void exclusion_invalid_failsTheClass() {
    assertFails(Unknown.class, "Unknown excludes \"noSuchLine\": the contract has no such line");
    assertFails(
        WithoutReason.class,
        "WithoutReason excludes \"read_returnsAvailableBytes\":"
            + " it has no reason: set because");
    assertFails(Twice.class, "Twice excludes \"read_returnsAvailableBytes\": it is excluded twice");
    assertFails(
        WithTab.class,
        "WithTab excludes \"read_returnsAvailableBytes\":"
            + " its reason must be a single line without tabs");
  }

  private void assertFails(Class<? extends FlowContract> row, String message) {
    ContractRun run = run(row, OTHER);
    assertThat(run.passed()).isEmpty();
    assertWithMessage("failures").that(run.failures()).hasSize(1);
    assertThat(run.failures().get(0)).hasMessageThat().isEqualTo(message);
  }

  @Row("a/b")
  static final class BadName extends PipeContract {}

  @Test
  void row_withInvalidName_fails() {
    assertThat(run(BadName.class, OTHER).failures().get(0))
        .hasMessageThat()
        .isEqualTo("row (a/b) can have only letters, digits, spaces and . , ( ) + -");
  }
}
