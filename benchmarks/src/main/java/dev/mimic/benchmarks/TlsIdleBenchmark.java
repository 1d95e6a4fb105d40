package dev.mimic.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
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
 * The heap memory that one end of an idle TLS connection holds, after a handshake and a one-way
 * transfer. The result is the counter {@code heapBytes}, the mean of both ends, one of which waits
 * in a read. The time is meaningless.
 *
 * <p>All connections use the same in-memory network. Its own share, a few hundred bytes, is
 * included; the buffers of the benchmark are not.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class TlsIdleBenchmark {
  private static final int CONNECTIONS = 100;
  private static final int CHUNK_BYTES = 16 * 1024;
  private static final int COLLECTIONS = 3;

  /** The implementation of both sides. */
  @Param({"MIMIC", "SSL_SOCKET", "TLS_CHANNEL"})
  public TlsPeer peer = TlsPeer.MIMIC;

  /** The bytes of the one-way transfer before the measurement. */
  @Param({"16384", "1048576"})
  public int bytes;

  private final List<TlsEnd> ends = new ArrayList<>();
  private TlsStack stack;

  /** The memory that one end holds. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Held {
    public long heapBytes;
  }

  @Setup
  public void open() throws IOException {
    TlsContent content = TlsContent.inChunksOf(CHUNK_BYTES);
    stack = peer.stack(TlsPeer.Transport.MEMORY, TlsCredentials.create(), content);
    connect(); // loads all classes
  }

  private void connect() throws IOException {
    TlsEnd end = stack.connect(stack.serve(TlsServing.RECEIVE));
    ends.add(end);
    end.send(bytes);
  }

  @TearDown
  public void close() throws IOException {
    for (TlsEnd end : ends) {
      end.close();
    }
    stack.close();
  }

  @Benchmark
  public void hold(Held held) throws IOException {
    long before = usedBytes();
    for (int i = 0; i < CONNECTIONS; i++) {
      connect();
    }
    long perEnd = (usedBytes() - before) / (2 * CONNECTIONS);
    held.heapBytes = perEnd - TlsChannelEnd.READ_BYTES;
  }

  private static long usedBytes() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
