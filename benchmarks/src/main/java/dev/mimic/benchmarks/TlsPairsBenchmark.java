package dev.mimic.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * The reading and writing of {@link TlsStreamBenchmark} by Mimic and a peer in turns, as in {@link
 * TcpPairsBenchmark}. The far side of both is the JDK's {@code SSLSocket}.
 *
 * <p>Where the far side is the slower one, the two times say little; then the processor time of the
 * thread that reads or writes does: {@code peerCpuNanos} over {@code mimicCpuNanos}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 8, time = 1)
public class TlsPairsBenchmark {
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int TURN_BYTES = 8 * 1024 * 1024;

  @Param({"SSL_SOCKET"})
  public TlsPeer peer = TlsPeer.SSL_SOCKET;

  @Param({"read", "write"})
  public String work = "";

  private TlsStack mimicStack;
  private TlsStack otherStack;
  private TlsStack far;
  private TlsEnd mimic;
  private TlsEnd other;

  /** The processor time of the near side. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class CpuTimes {
    public long mimicCpuNanos;
    public long peerCpuNanos;
  }

  @Setup
  public void connect() throws IOException {
    TlsCredentials credentials = TlsCredentials.create();
    TlsContent content = TlsContent.inChunksOf(CHUNK_BYTES);
    mimicStack = TlsPeer.MIMIC.stack(TlsPeer.Transport.LOOPBACK, credentials, content);
    otherStack = peer.stack(TlsPeer.Transport.LOOPBACK, credentials, content);
    far = TlsPeer.SSL_SOCKET.stack(TlsPeer.Transport.LOOPBACK, credentials, content);
    mimic = mimicStack.connect(far.serve(serving()));
    other = otherStack.connect(far.serve(serving()));
  }

  private TlsServing serving() {
    return switch (work) {
      case "read" -> TlsServing.SEND;
      case "write" -> TlsServing.RECEIVE;
      default -> throw new IllegalArgumentException("no such work: " + work);
    };
  }

  @TearDown
  public void close() throws IOException {
    for (Closeable each : List.of(mimic, other, mimicStack, otherStack, far)) {
      each.close(); // the ends first: the far side goes on as long as they are there
    }
  }

  @Benchmark
  public void pair(PairTimes times, CpuTimes cpu) throws Exception {
    times.add(
        () -> cpu.mimicCpuNanos += cpuNanosOfTurn(mimic),
        () -> cpu.peerCpuNanos += cpuNanosOfTurn(other));
  }

  private long cpuNanosOfTurn(TlsEnd end) throws IOException {
    long before = end.cpuNanos();
    if (work.equals("read")) {
      end.receive(TURN_BYTES);
    } else {
      end.send(TURN_BYTES);
    }
    return end.cpuNanos() - before;
  }
}
