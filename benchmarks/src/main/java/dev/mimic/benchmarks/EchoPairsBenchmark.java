package dev.mimic.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The work of {@link EchoBenchmark} by Mimic and a peer in turns, as in {@link TcpPairsBenchmark}.
 *
 * <p>Both servers are in one process, and all their clients in another; the limit of open files of
 * each process, often 20,000, leaves each server a little less than 10,000 flows.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
public class EchoPairsBenchmark {
  private static final int REQUESTS = 300; // or one for each flow

  @Param({"socket-channel"})
  public String peer = "";

  @Param({"1", "100", "9900"})
  public int flows;

  private EchoServer mimic;
  private EchoServer other;
  private EchoClients clients;

  @Setup
  public void connect() throws Exception {
    mimic = EchoServer.start("mimic");
    other = EchoServer.start(peer);
    EchoClients.warmUp(mimic, other);
    clients = EchoClients.connect(flows, mimic, other);
  }

  @TearDown
  public void close() throws Exception {
    try {
      clients.close();
    } finally {
      mimic.close();
      other.close();
    }
  }

  @Benchmark
  public void pair(PairTimes times) throws Exception {
    int requestsEach = Math.max(1, REQUESTS / flows);
    times.add(() -> clients.run(mimic, requestsEach), () -> clients.run(other, requestsEach));
  }
}
