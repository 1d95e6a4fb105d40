package dev.mimic.testkit;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The results of single lines of a contract.
 *
 * @param passed the successful runs, as {@code line kind}
 * @param failed the failed runs, as {@code line kind}, and the names of classes that did not run
 * @param failures the exceptions of the failed runs
 */
record ContractRun(List<String> passed, List<String> failed, List<Throwable> failures) {

  static ContractRun of(Class<? extends FlowContract> row, Duration timeout, String... lines) {
    return of(row, timeout, Path.of("target/contract-of-tests"), lines);
  }

  static ContractRun of(
      Class<? extends FlowContract> row, Duration timeout, Path results, String... lines) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(
                Stream.of(lines)
                    .map(line -> DiscoverySelectors.selectMethod(row, method(row, line)))
                    .toList())
            .configurationParameter(Settings.TIMEOUT, timeout.toString())
            .configurationParameter(Settings.REPETITIONS, "10")
            .configurationParameter(Settings.RESULTS, results.toString())
            .build();
    LauncherConfig alone =
        LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build();
    ContractRun run = new ContractRun(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    LauncherFactory.create(alone).execute(request, run.listener());
    return run;
  }

  private static Method method(Class<?> row, String line) {
    return Stream.of(row.getMethods())
        .filter(method -> method.getName().equals(line))
        .findFirst()
        .orElseThrow();
  }

  private TestExecutionListener listener() {
    return new TestExecutionListener() {
      @Override
      public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        boolean held = result.getStatus() == Status.SUCCESSFUL;
        result.getThrowable().ifPresent(failures::add);
        if (test.isTest() || !held) {
          (held ? passed : failed).add(name(test));
        }
      }
    };
  }

  private static String name(TestIdentifier test) {
    Optional<String> line =
        test.getSource()
            .filter(MethodSource.class::isInstance)
            .map(source -> ((MethodSource) source).getMethodName());
    return requireNonNull(
        line.map(name -> name + " " + test.getDisplayName()).orElse(test.getDisplayName()));
  }
}
