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
 * What a message costs that is sent over TLS in memory, from 1 byte to 16 MiB: it should grow as
 * the message does, from what a record costs. Messages follow one another, each written by one
 * call; another thread reads them, and holds the writer back when it is the slower one.
 *
 * <p>{@code SSLSocket} is layered over a socket whose streams are a flow's.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class TlsGrowthBenchmark {
  /** Who speaks TLS on both sides. */
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
