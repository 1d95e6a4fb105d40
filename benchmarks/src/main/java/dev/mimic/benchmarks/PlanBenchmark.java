package dev.mimic.benchmarks;

import dev.mimic.ResolutionException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The cost of an explanation, for an address that resolves and for one that does not. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class PlanBenchmark {
  private Tutorial tutorial;
  private String printed = "";

  @Setup
  public void build() {
    tutorial = Tutorial.in(Place.RESOLVER);
  }

  /** A plan of an address, as a tree. */
  @Benchmark
  public String plan() {
    printed = tutorial.resolver.plan("https://example.org:4343/").toString();
    return printed;
  }

  /** The report of an address that has no host to connect to. */
  @Benchmark
  public String failure() throws IOException {
    try {
      tutorial.resolver.withTimeout(Tutorial.TIMEOUT).resolve("https:/path").close();
      throw new AssertionError("there is no host, and yet a connection");
    } catch (ResolutionException e) {
      printed = e.report();
      return printed;
    }
  }

  @TearDown(Level.Iteration)
  public void check() {
    if (!printed.contains("example.org") && !printed.contains("host is missing")) {
      throw new AssertionError(printed);
    }
  }
}
