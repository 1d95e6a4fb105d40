package dev.mimic.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs benchmarks in rounds: each round gives every benchmark one process, so that Mimic and its
 * peers take turns, and a machine whose speed drifts is as unfair to one as to the other. Each run
 * has a folder of its own, and each round a file in it.
 */
final class Main {
  private static final int ROUNDS = 5;

  private Main() {}

  /** {@code [--rounds N | --check] [JMH's own options] [REGEX]}. */
  public static void main(String[] args)
      throws IOException, CommandLineOptionException, RunnerException {
    List<String> rest = new ArrayList<>(List.of(args));
    boolean check = rest.remove("--check");
    int rounds = check ? 1 : rounds(rest);
    CommandLineOptions options = new CommandLineOptions(rest.toArray(String[]::new));
    if (options.shouldList() || options.shouldListWithParams()) {
      list(options);
      return;
    }
    Path results = Files.createDirectories(results(check));
    for (int round = 1; round <= rounds; round++) {
      Path file = results.resolve("round-" + round + ".json");
      ChainedOptionsBuilder builder =
          new OptionsBuilder()
              .parent(options)
              .forks(1)
              .shouldFailOnError(true)
              .resultFormat(ResultFormatType.JSON)
              .result(file.toString());
      if (!check) {
        builder.addProfiler(GCProfiler.class); // what an operation allocates
      } else {
        builder.forks(0);
        builder.warmupIterations(0).measurementIterations(1);
        builder.measurementTime(TimeValue.milliseconds(100));
      }
      new Runner(builder.build()).run();
    }
  }

  private static Path results(boolean check) {
    String now =
        LocalDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
    return check ? Path.of("target", "check") : Path.of("target", "results", now);
  }

  private static int rounds(List<String> args) {
    int at = args.indexOf("--rounds");
    if (at < 0) {
      return ROUNDS;
    }
    args.remove(at);
    return Integer.parseInt(args.remove(at));
  }

  private static void list(CommandLineOptions options) throws RunnerException {
    Runner runner = new Runner(options);
    if (options.shouldListWithParams()) {
      runner.listWithParams(options);
    } else {
      runner.list();
    }
  }
}
