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
 * A message of 64 bytes over loopback TCP and the same one back: the time until it is there.
 *
 * <p>The settings are those of {@link TcpStreamBenchmark}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 700, timeUnit = TimeUnit.MILLISECONDS)
public class TcpRoundTripBenchmark {
  private static final int ROUND_TRIPS = 1000;
  private static final int MESSAGE_BYTES = 64;

  @Param({"mimic", "socket-channel", "socket", "netty-nio", "netty-epoll"})
  public String peer = "";

  @Param({"platform", "virtual"})
  public String threads = "";

  private SocketPair pair;

  @Setup
  public void connect() throws Exception {
    pair = TcpPeer.connect(peer, new SocketThreads(threads), "direct", MESSAGE_BYTES);
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
