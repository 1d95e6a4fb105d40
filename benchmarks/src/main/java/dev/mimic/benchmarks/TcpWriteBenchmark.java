package dev.mimic.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
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
 * The growth of the cost of one write with its size, over loopback TCP to a reader that always
 * reads. The smallest sizes show the cost of a call beside that of the system call.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 700, timeUnit = TimeUnit.MILLISECONDS)
public class TcpWriteBenchmark {
  private static final int READ_BYTES = 256 * 1024;
  private static final int LIMIT_MILLIS = 20_000;

  @Param({"mimic", "socket-channel"})
  public String peer = "";

  @Param({"1", "16", "256", "4096", "65536", "1048576", "16777216"})
  public int messageBytes;

  private BlockingSocketPair.Ends ends;
  private ByteBuffer message;
  private Thread reader;
  private long written;
  private volatile long read;

  @Setup
  public void connect() throws IOException {
    ends = TcpPeer.ends(peer);
    message = ByteBuffer.allocateDirect(messageBytes);
    reader = Thread.ofPlatform().daemon().start(() -> readAll(ends.far()));
  }

  private void readAll(ByteChannel from) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
    long sum = 0;
    try {
      for (int count = 0; count >= 0; count = from.read(buffer.clear())) {
        sum += count;
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    read = sum;
  }

  @TearDown
  public void close() throws Exception {
    ends.near().close();
    reader.join(LIMIT_MILLIS);
    ends.far().close();
    if (read != written) {
      throw new IllegalStateException("%d bytes of %d were read".formatted(read, written));
    }
  }

  @Benchmark
  public void write() throws IOException {
    message.clear();
    while (message.hasRemaining()) {
      written += ends.near().write(message);
    }
  }
}
