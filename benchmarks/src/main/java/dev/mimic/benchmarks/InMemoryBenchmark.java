package dev.mimic.benchmarks;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * Bytes within one process. Each invocation does a batch of the work over one connection, in
 * threads of the kind that the parameter names, and checks what arrived; the connection and the
 * threads of a batch are new, and cost little beside it.
 *
 * <p>The first four peers are byte streams: what is read is a copy. The last two pass a reference
 * to an object from one thread to another, and copy nothing; they are there for orientation. What
 * each is set to is told at its class.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class InMemoryBenchmark {
  private static final int WRITES = 10_000;
  private static final int WRITE_SIZE = 16 * 1024;
  private static final int ROUND_TRIPS = 2_000;
  private static final int CONNECTIONS = 500;

  @Param({"mimic", "piped-streams", "nio-pipe", "loopback", "netty-local", "grpc-inprocess"})
  private String peer = "";

  @Param({"virtual", "platform"})
  private String threads = "";

  private @Nullable InMemoryPeer open;

  @Setup
  public void open() throws IOException {
    open = InMemoryPeer.of(peer, InMemoryThreads.of(threads));
  }

  @TearDown
  public void close() throws IOException {
    requireNonNull(open).close();
  }

  /** The time of one write of 16 KiB, with a reader that keeps up with the writer, or not. */
  @Benchmark
  @OperationsPerInvocation(WRITES)
  public void stream() throws Exception {
    requireNonNull(open).stream(WRITES, WRITE_SIZE);
  }

  /** The time of 64 bytes there and back. */
  @Benchmark
  @OperationsPerInvocation(ROUND_TRIPS)
  public void roundTrip() throws Exception {
    requireNonNull(open).roundTrips(ROUND_TRIPS, InMemoryMessage.ROUND_TRIP);
  }

  /** The time to connect, accept, close one end, hear of it at the other, and close that. */
  @Benchmark
  @OperationsPerInvocation(CONNECTIONS)
  public void connectAndClose() throws Exception {
    requireNonNull(open).connectAndClose(CONNECTIONS);
  }
}
