package dev.mimic.benchmarks;

import dev.mimic.Address;
import dev.mimic.Context;
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

/** The cost of the choice of a protocol, without that of connecting. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class ResolveBenchmark {
  /** A context with a scheme, a host and a port, made of one that was ready, and resolved. */
  @Benchmark
  public Flow fromContext(OfTutorial state) throws IOException {
    Context context =
        state
            .tutorial
            .base
            .with(Address.SCHEME, "https")
            .with(Address.HOST, state.host)
            .with(Address.PORT, state.port);
    return state.tutorial.resolver.withTimeout(Tutorial.TIMEOUT).resolve(context);
  }

  /** The same of an address. */
  @Benchmark
  public Flow fromAddress(OfTutorial state) throws IOException {
    return state
        .tutorial
        .resolver
        .with(state.tutorial.base)
        .withTimeout(Tutorial.TIMEOUT)
        .resolve(state.address);
  }

  /** A context with the endpoint of one protocol among 128. */
  @Benchmark
  public Flow explicitAmong128(OfProtocols state) throws IOException {
    return state.deployment.resolveExplicit();
  }

  /** A chain of 128 derivations, from a value that is added to a context that was ready. */
  @Benchmark
  public Flow chainOf128(OfChain state) throws IOException {
    return state.chain.resolve();
  }

  /** A deployment with a clear and a secure protocol. */
  @State(Scope.Benchmark)
  public static class OfTutorial {
    @Param public Place derivations;
    String host = "example.org";
    int port = 4343;
    String address = "https://example.org:4343/";
    Tutorial tutorial;

    @Setup
    public void build() {
      tutorial = Tutorial.in(derivations);
    }

    @TearDown(Level.Iteration)
    public void check() {
      tutorial.check(host, port);
    }
  }

  /** A resolver of many protocols. */
  @State(Scope.Benchmark)
  public static class OfProtocols {
    ManyProtocols deployment;

    @Setup
    public void build() {
      deployment = new ManyProtocols(128);
    }

    @TearDown(Level.Iteration)
    public void check() {
      deployment.check();
    }
  }

  /** A chain, declared in an order. */
  @State(Scope.Benchmark)
  public static class OfChain {
    @Param public Order order;
    @Param public Place derivations;
    Chain chain;

    @Setup
    public void build() {
      chain = new Chain(128, order, derivations);
    }

    @TearDown(Level.Iteration)
    public void check() {
      chain.check();
    }
  }
}
