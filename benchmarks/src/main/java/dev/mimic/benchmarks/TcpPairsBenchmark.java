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
 * The work of the other TCP benchmarks by Mimic and a peer in turns, some milliseconds each: where
 * threads run, and how fast the machine is at the moment, makes one process differ from the next by
 * more than Mimic from its peer, and here both have the same.
 *
 * <p>The figures are the two counters; {@code peerNanos} over {@code mimicNanos} is how fast Mimic
 * is beside its peer. An iteration is a pair. The time of an operation is that of both.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 6, time = 1)
public class TcpPairsBenchmark {

  @Param({"socket-channel"})
  public String peer = "";

  @Param({"platform", "virtual"})
  public String threads = "";

  @Param({"direct"})
  public String buffers = "";

  @Param({"stream16KiB", "stream1MiB", "roundTrip64"})
  public String work = "";

  private SocketPair mimic;
  private SocketPair other;

  @Setup
  public void connect() throws Exception {
    SocketThreads both = new SocketThreads(threads);
    mimic = TcpPeer.connect("mimic", both, buffers, messageBytes());
    other = TcpPeer.connect(peer, both, buffers, messageBytes());
  }

  private int messageBytes() {
    return switch (work) {
      case "stream16KiB" -> 16 * 1024;
      case "stream1MiB" -> 1024 * 1024;
      case "roundTrip64" -> 64;
      default -> throw new IllegalArgumentException("no such work: " + work);
    };
  }

  @TearDown
  public void close() throws Exception {
    try {
      mimic.close();
    } finally {
      other.close();
    }
  }

  @Benchmark
  public void pair(PairTimes times) throws Exception {
    times.add(() -> work(mimic), () -> work(other));
  }

  private void work(SocketPair pair) throws Exception {
    if (work.startsWith("stream")) {
      pair.stream(8L * 1024 * 1024);
    } else {
      pair.roundTrips(200);
    }
  }
}
