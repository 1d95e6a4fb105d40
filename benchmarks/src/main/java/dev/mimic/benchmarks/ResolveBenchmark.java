package dev.mimic.benchmarks;

import dev.mimic.Context;
import dev.mimic.Deadline;
import dev.mimic.Derivation;
import dev.mimic.Flow;
import dev.mimic.FlowPipe;
import dev.mimic.Key;
import dev.mimic.MimicResolver;
import dev.mimic.Protocol;
import dev.mimic.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the choice of a protocol costs, without the connecting. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ResolveBenchmark {
  private static final Key<String> HOST = Key.of("host");
  private static final Key<Integer> PORT = Key.of("port");
  private static final Key<String> ENDPOINT = Key.of("endpoint");
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Flow flow = FlowPipe.create().near();
  private final MimicResolver resolver =
      MimicResolver.builder()
          .protocol(new Stub(flow))
          .derivation(
              Derivation.of(
                  ENDPOINT,
                  Derivation.required(HOST),
                  Derivation.withDefault(PORT, 80),
                  (host, port) -> Verdict.of(host + port)))
          .build();
  private final Context base = Context.empty();

  @Benchmark
  public Flow resolve() throws IOException {
    return resolver.resolve(base.with(HOST, "localhost").with(PORT, 80), TIMEOUT);
  }

  private record Stub(Flow flow) implements Protocol<String> {
    @Override
    public String name() {
      return "stub";
    }

    @Override
    public Key<String> endpointKey() {
      return ENDPOINT;
    }

    @Override
    public boolean isSecure() {
      return false;
    }

    @Override
    public String describe(String endpoint) {
      return endpoint;
    }

    @Override
    public Flow connect(String endpoint, Deadline deadline) {
      return flow;
    }
  }
}
