package dev.mimic.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The growth of the cost of a message with its size. It is sent over loopback TCP, received
 * completely, and sent back completely. The settings are those of {@link TcpStreamBenchmark}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 700, timeUnit = TimeUnit.MILLISECONDS)
public class TcpGrowthBenchmark {
  private static final int ROUND_TRIPS = 50;

  @Param({"mimic", "socket-channel"})
  public String peer = "";

  @Param({"platform", "virtual"})
  public String threads = "";

  @Param({"1", "16", "256", "4096", "65536", "1048576", "16777216"})
  public int messageBytes;

  private SocketPair pair;

  @Setup
  public void connect() throws Exception {
    pair = TcpPeer.connect(peer, new SocketThreads(threads), "direct", messageBytes);
  }

  @TearDown
  public void close() throws Exception {
    pair.close();
  }

  @Benchmark
  @OperationsPerInvocation(ROUND_TRIPS)
  public void roundTrip() throws Exception {
    pair.roundTrips(ROUND_TRIPS);
  }
}
