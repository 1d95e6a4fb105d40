package dev.mimic.parity;

import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.parity.Scenarios.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The tables in docs/parity.md hold the scenarios of {@link ParityTest}. They are regenerated with
 * {@code -DargLine=-Dmimic.golden.write=true}.
 */
final class ParityDocumentTest {
  private static final Path DOCUMENT = Path.of("../../docs/parity.md");
  private static final String BEGIN = "<!-- The tables: written by the build. -->\n";

  @Test
  void tables_ofDocument_haveOutcomesOfScenarios() throws IOException {
    String document = Files.readString(DOCUMENT);
    int begin = document.indexOf(BEGIN) + BEGIN.length();
    String expected = document.substring(0, begin) + tables();
    if (Boolean.getBoolean("mimic.golden.write")) {
      Files.writeString(DOCUMENT, expected);
    }
    assertWithMessage("docs/parity.md; regenerate it with -DargLine=-Dmimic.golden.write=true")
        .that(Files.readString(DOCUMENT))
        .isEqualTo(expected);
  }

  private static String tables() {
    Map<String, Integer> notes = notes();
    StringBuilder text = new StringBuilder("\n## Differences\n");
    if (notes.isEmpty()) {
      text.append("\nThere are none.\n");
    } else {
      text.append("\n| Scenario | TCP of Linux | In memory | Reason |\n");
      text.append("| --- | --- | --- | :-: |\n");
    }
    for (Scenario scenario : Scenarios.all()) {
      KnownDifferences.of(scenario)
          .ifPresent(
              known ->
                  text.append(
                      row(
                          scenario.title(),
                          cell(scenario.expected()),
                          cell(known.inMemory()),
                          "[" + notes.get(known.reason()) + "]")));
    }
    notes.forEach((reason, number) -> text.append("\n[%d] %s.\n".formatted(number, reason)));
    for (Group group : Scenarios.GROUPS) {
      text.append("\n## %s\n\n| Scenario | Outcome |\n| --- | --- |\n".formatted(group.heading()));
      for (Scenario scenario : group.scenarios()) {
        text.append(row(title(scenario), cell(scenario.expected())));
      }
    }
    return text.toString();
  }

  /** Returns the number of each reason, in order of their first use. */
  private static Map<String, Integer> notes() {
    Map<String, Integer> notes = new LinkedHashMap<>();
    for (Scenario scenario : Scenarios.all()) {
      KnownDifferences.of(scenario)
          .ifPresent(known -> notes.putIfAbsent(known.reason(), notes.size() + 1));
    }
    return notes;
  }

  private static String title(Scenario scenario) {
    return scenario.title() + (KnownDifferences.of(scenario).isPresent() ? " (differs)" : "");
  }

  private static String row(String... cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static String cell(String outcome) {
    return outcome.strip().replace("\n", "<br>");
  }
}
