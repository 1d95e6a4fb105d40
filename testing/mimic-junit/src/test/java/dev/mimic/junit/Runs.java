package dev.mimic.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Runs of test classes, some of which fail. */
final class Runs {

  /** The events of a run, and what it has printed to the standard error. */
  record Run(Events tests, String err) {

    /** Returns the message of the only failure. */
    String failure() {
      Event failed = tests.failed().stream().findFirst().orElseThrow();
      return failed
          .getRequiredPayload(TestExecutionResult.class)
          .getThrowable()
          .orElseThrow()
          .toString();
    }
  }

  private Runs() {}

  static Run run(Map<String, String> parameters, Class<?>... classes) {
    PrintStream before = System.err;
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setErr(new PrintStream(err, true, UTF_8));
    try {
      EngineTestKit.Builder engine =
          EngineTestKit.engine("junit-jupiter").configurationParameters(parameters);
      for (Class<?> each : classes) {
        engine.selectors(selectClass(each));
      }
      return new Run(engine.execute().testEvents(), err.toString(UTF_8));
    } finally {
      System.setErr(before);
    }
  }
}
