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
 * A stream one way over a Unix domain socket: the time for a MiB.
 *
 * <p>Both use direct buffers, with which the JDK copies nothing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 700, timeUnit = TimeUnit.MILLISECONDS)
public class UnixStreamBenchmark {
  private static final int MEBIBYTES = 64;

  @Param({"mimic", "socket-channel"})
  public String peer = "";

  @Param({"platform", "virtual"})
  public String threads = "";

  @Param({"16384", "1048576"})
  public int messageBytes;

  private SocketPair pair;

  @Setup
  public void connect() throws Exception {
    pair = UnixPeer.connect(peer, new SocketThreads(threads), messageBytes);
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
