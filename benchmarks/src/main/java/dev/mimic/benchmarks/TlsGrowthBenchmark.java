package dev.mimic.benchmarks;

import java.io.IOException;
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
 * The growth of the cost of a message over TLS in memory, from 1 byte to 16 MiB. It should grow
 * with the message, starting at the cost of a record. Messages follow each other, each written by
 * one call. Another thread reads them, and blocks the writer if it is slower.
 *
 * <p>{@code SSLSocket} is layered over a socket with the streams of a flow.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class TlsGrowthBenchmark {
  /** The implementation of both sides. */
  @Param({"MIMIC", "SSL_SOCKET"})
  public TlsPeer peer = TlsPeer.MIMIC;

  /** The size of a message. */
  @Param({"1", "16", "256", "4096", "65536", "1048576", "16777216"})
  public int bytes;

  private TlsStack stack;
  private TlsEnd end;

  @Setup
  public void open() throws IOException {
    TlsContent content = TlsContent.inChunksOf(bytes);
    stack = peer.stack(TlsPeer.Transport.MEMORY, TlsCredentials.create(), content);
    end = stack.connect(stack.serve(TlsServing.RECEIVE));
  }

  @TearDown
  public void close() throws IOException {
    end.close();
    stack.close();
  }

  @Benchmark
  public void send() throws IOException {
    end.send(bytes);
  }
}
