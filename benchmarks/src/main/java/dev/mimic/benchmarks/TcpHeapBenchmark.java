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
 * The work of {@link TcpStreamBenchmark} with heap buffers, which the JDK copies into direct ones
 * of its own.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 700, timeUnit = TimeUnit.MILLISECONDS)
public class TcpHeapBenchmark {
  private static final int MEBIBYTES = 64;

  @Param({"mimic", "socket-channel", "socket"})
  public String peer = "";

  @Param({"platform", "virtual"})
  public String threads = "";

  @Param({"16384", "1048576"})
  public int messageBytes;

  private SocketPair pair;

  @Setup
  public void connect() throws Exception {
    pair = TcpPeer.connect(peer, new SocketThreads(threads), "heap", messageBytes);
  }

  @TearDown
  public void close() throws Exception {
    pair.close();
  }

  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public void stream() throws Exception {
    pair.stream(MEBIBYTES * 1024L * 1024);
  }
}
