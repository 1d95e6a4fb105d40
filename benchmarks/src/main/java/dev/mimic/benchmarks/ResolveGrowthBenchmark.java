package dev.mimic.benchmarks;

import dev.mimic.flow.Flow;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The growth of the cost of choosing a protocol. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class ResolveGrowthBenchmark {

  /** The endpoint of one protocol among many is given. */
  @Benchmark
  public Flow explicitAmongProtocols(OfProtocols state) throws IOException {
    return state.deployment.resolveExplicit();
  }

  /** A scheme names one protocol among many; its endpoint is derived. */
  @Benchmark
  public Flow schemeAmongProtocols(OfProtocols state) throws IOException {
    return state.deployment.resolveScheme();
  }

  /** Each derivation needs the one before. */
  @Benchmark
  public Flow chain(OfChain state) throws IOException {
    return state.chain.resolve();
  }

  /** Each derivation is needed by one that gathers eight. */
  @Benchmark
  public Flow fan(OfFan state) throws IOException {
    return state.fan.resolve();
  }

  /** Each derivation of one key declines, except the last. */
  @Benchmark
  public Flow alternatives(OfAlternatives state) throws IOException {
    return state.alternatives.resolve();
  }

  /** An address whose path is long. */
  @Benchmark
  public Flow address(OfAddress state) throws IOException {
    return state.tutorial.resolver.withTimeout(Tutorial.TIMEOUT).resolve(state.address);
  }

  /** Many protocols. */
  @State(Scope.Benchmark)
  public static class OfProtocols {
    @Param({"1", "4", "16", "64", "256", "1024"})
    public int protocols;

    ManyProtocols deployment;

    @Setup
    public void build() {
      deployment = new ManyProtocols(protocols);
    }

    @TearDown(Level.Iteration)
    public void check() {
      deployment.check();
    }
  }

  /** A chain, declared in an order. */
  @State(Scope.Benchmark)
  public static class OfChain {
    @Param({"1", "4", "16", "64", "256", "1024"})
    public int derivations;

    @Param public Order order;
    @Param public Place place;
    Chain chain;

    @Setup
    public void build() {
      chain = new Chain(derivations, order, place);
    }

    @TearDown(Level.Iteration)
    public void check() {
      chain.check();
    }
  }

  /** A fan. */
  @State(Scope.Benchmark)
  public static class OfFan {
    @Param({"1", "4", "16", "64", "256", "1024"})
    public int derivations;

    @Param public Place place;
    Fan fan;

    @Setup
    public void build() {
      fan = new Fan(derivations, place);
    }

    @TearDown(Level.Iteration)
    public void check() {
      fan.check();
    }
  }

  /** Alternatives. */
  @State(Scope.Benchmark)
  public static class OfAlternatives {
    @Param({"1", "4", "16", "64", "256", "1024"})
    public int derivations;

    @Param public Place place;
    Alternatives alternatives;

    @Setup
    public void build() {
      alternatives = new Alternatives(derivations, place);
    }

    @TearDown(Level.Iteration)
    public void check() {
      alternatives.check();
    }
  }

  /** The content of a long path. */
  public enum Path {
    /** Letters. */
    PLAIN("a"),
    /** Encoded characters. */
    ENCODED("%41");

    private final String unit;

    Path(String unit) {
      this.unit = unit;
    }
  }

  /** An address. */
  @State(Scope.Benchmark)
  public static class OfAddress {
    @Param({"16", "64", "256", "1024", "4096", "16384", "65536"})
    public int chars;

    @Param public Path path;
    String address;
    Tutorial tutorial;

    @Setup
    public void build() {
      tutorial = Tutorial.in(Place.RESOLVER);
      String start = "https://h:1/";
      address = start + path.unit.repeat((chars - start.length()) / path.unit.length());
    }

    @TearDown(Level.Iteration)
    public void check() {
      tutorial.check("h", 1);
    }
  }
}
