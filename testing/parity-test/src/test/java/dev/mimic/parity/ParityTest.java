package dev.mimic.parity;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.mimic.parity.KnownDifferences.Difference;
import dev.mimic.testkit.ThreadKind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each scenario has the same outcome over the TCP of Linux and in memory, unless {@link
 * KnownDifferences} lists it. The steps run in platform threads and in virtual threads.
 */
final class ParityTest {

  static List<Arguments> runs() {
    return Scenarios.all().stream()
        .flatMap(each -> Stream.of(ThreadKind.values()).map(kind -> Arguments.of(each, kind)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("runs")
  @EnabledOnOs(value = OS.LINUX, disabledReason = "the expected outcomes are those of Linux")
  void scenario_overTcp_hasOutcome(Scenario scenario, ThreadKind threads) throws Exception {
    String outcome =
        scenario.cutsLink()
            ? Namespace.run(scenario, threads)
            : Scene.run(scenario, HostTcp.create(), threads);
    assertThat(outcome).isEqualTo(scenario.expected());
  }

  @ParameterizedTest
  @MethodSource("runs")
  void scenario_inMemory_hasOutcomeOfTcp(Scenario scenario, ThreadKind threads) throws Exception {
    Optional<Difference> known = KnownDifferences.of(scenario);
    String outcome = Scene.run(scenario, new InMemory(), threads);
    if (known.isPresent() && outcome.equals(scenario.expected())) {
      throw new AssertionError(
          "\"%s\" ends alike now: delete it from KnownDifferences".formatted(scenario));
    }
    assertThat(outcome).isEqualTo(known.map(Difference::inMemory).orElse(scenario.expected()));
  }

  @Test
  void titles_areUnique() {
    assertThat(Scenarios.all().stream().map(Scenario::title)).containsNoDuplicates();
  }

  @Test
  void knownDifferences_areOfScenariosAndDiffer() {
    List<String> titles = Scenarios.all().stream().map(Scenario::title).toList();
    for (Difference difference : KnownDifferences.ALL) {
      assertThat(titles).contains(difference.title());
    }
    for (Scenario scenario : Scenarios.all()) {
      Optional<String> inMemory = KnownDifferences.of(scenario).map(Difference::inMemory);
      assertWithMessage("the outcome of \"%s\" in memory", scenario)
          .that(inMemory)
          .isNotEqualTo(Optional.of(scenario.expected()));
    }
  }
}
