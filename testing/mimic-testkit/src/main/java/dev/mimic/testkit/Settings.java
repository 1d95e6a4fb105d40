package dev.mimic.testkit;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The settings of a run, documented in {@link FlowContract}.
 *
 * @param timeout the time limit of one step
 * @param repetitions the repetitions of a race
 * @param results the folder of the results
 */
record Settings(Duration timeout, int repetitions, Path results) {
  static final String TIMEOUT = "mimic.contract.timeout";
  static final String REPETITIONS = "mimic.contract.repetitions";
  static final String RESULTS = "mimic.contract.results";

  private static final int STEPS_PER_LINE = 3;

  static Settings of(ExtensionContext context) {
    Path module = Path.of(System.getProperty("basedir", "")); // set by Maven
    return new Settings(
        context.getConfigurationParameter(TIMEOUT, Duration::parse).orElse(Running.TIMEOUT),
        context.getConfigurationParameter(REPETITIONS, Integer::valueOf).orElse(50),
        context
            .getConfigurationParameter(RESULTS, Path::of)
            .orElse(module.resolve("target/contract")));
  }

  /** Returns the time limit of a whole line. */
  Duration lineTimeout() {
    return timeout.multipliedBy(STEPS_PER_LINE);
  }
}
