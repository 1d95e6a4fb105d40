package dev.mimic.concurrency;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.ForkedTestConfig;
import org.openjdk.jcstress.infra.runners.Runner;
import org.openjdk.jcstress.infra.runners.TestConfig;
import org.openjdk.jcstress.infra.runners.TestList;
import org.openjdk.jcstress.os.AffinityMode;
import org.openjdk.jcstress.os.NodeType;
import org.openjdk.jcstress.os.SchedulingClass;
import org.openjdk.jcstress.vm.CompileMode;

/**
 * A main program that runs all tests in this virtual machine and prints a line for each. It takes
 * the options of jcstress. The main program of jcstress starts a virtual machine for each test,
 * which takes longer than the test. It also tries several compilers and affinities; this one does
 * not.
 *
 * <p>The exit status is 0 if each test ran and had permitted outcomes only.
 */
public final class Main {
  private Main() {}

  /** Runs the tests that the options select. */
  public static void main(String[] args) throws IOException, ReflectiveOperationException {
    Options options = new Options(args);
    if (!options.parse()) {
      System.exit(2);
    }
    long start = System.nanoTime();
    Pattern selected = Pattern.compile(options.getTestFilter());
    Collection<String> tests = new TreeSet<>(TestList.tests());
    tests.removeIf(test -> !selected.matcher(test).find());
    long samples = 0;
    int failed = 0;
    for (String test : tests) {
      TestResult result = run(options, TestList.getInfo(test));
      samples += result.getTotalCount();
      if (!print(result)) {
        failed++;
      }
    }
    System.out.printf(
        "%d tests, %,d samples, %d failed, on Java %s and %d processors, in %d s%n",
        tests.size(),
        samples,
        failed,
        Runtime.version(),
        Runtime.getRuntime().availableProcessors(),
        (System.nanoTime() - start) / 1_000_000_000);
    System.exit(tests.isEmpty() || failed > 0 ? 1 : 0);
  }

  private static TestResult run(Options options, TestInfo test)
      throws ReflectiveOperationException {
    SchedulingClass anywhere =
        new SchedulingClass(AffinityMode.NONE, test.threads(), NodeType.PACKAGE);
    TestConfig config = new TestConfig(options, test, 1, List.of(), CompileMode.UNIFIED, anywhere);
    Runner<?> runner =
        Class.forName(test.generatedRunner())
            .asSubclass(Runner.class)
            .getConstructor(ForkedTestConfig.class)
            .newInstance(new ForkedTestConfig(config));
    TestResult result = runner.run();
    result.setConfig(config);
    return result;
  }

  /** Prints a line, and the outcomes if the test has failed; returns whether it has passed. */
  private static boolean print(TestResult result) {
    String name = result.getName().substring(Main.class.getPackageName().length() + 1);
    boolean passed =
        result.status() == Status.NORMAL && result.grading().isPassed && result.getTotalCount() > 0;
    System.out.printf(
        "%-6s %,12d  %s%n", passed ? "passed" : "FAILED", result.getTotalCount(), name);
    if (!passed) {
      System.out.println("  status: " + result.status());
      result.getMessages().forEach(message -> System.out.println("  " + message));
      result
          .grading()
          .gradingResults
          .values()
          .forEach(
              each ->
                  System.out.printf(
                      "  %,12d  %-10s  %s  (%s)%n",
                      each.count, each.expect, each.id, each.description));
    }
    return passed;
  }
}
