package dev.mimic.testkit;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How the lines are run. See {@link FlowContract} for the names.
 *
 * @param patience how long one step may take
 * @param repetitions how often a race is run
 * @param results the folder that results are written to
 */
record Settings(Duration patience, int repetitions, Path results) {
  static final String PATIENCE = "mimic.contract.patience";
  static final String REPETITIONS = "mimic.contract.repetitions";
  static final String RESULTS = "mimic.contract.results";

  private static final int STEPS = 3;

  static Settings of(ExtensionContext context) {
    Path module = Path.of(System.getProperty("basedir", "")); // Maven says where
    return new Settings(
        context.getConfigurationParameter(PATIENCE, Duration::parse).orElse(Running.PATIENCE),
        context.getConfigurationParameter(REPETITIONS, Integer::valueOf).orElse(50),
        context
            .getConfigurationParameter(RESULTS, Path::of)
            .orElse(module.resolve("target/contract")));
  }

  /** How long a whole line may take. */
  Duration limit() {
    return patience.multipliedBy(STEPS);
  }
}
