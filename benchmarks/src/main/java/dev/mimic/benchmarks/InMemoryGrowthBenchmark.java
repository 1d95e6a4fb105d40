package dev.mimic.benchmarks;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * The growth of the cost of bytes within one process, with the size of a message and with the
 * number of connections. The result is the secondary metric: the time for each message or flow.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 2, time = 1)
public class InMemoryGrowthBenchmark {

  /** Messages of one size, one way over one connection, on virtual threads. */
  @State(Scope.Benchmark)
  public static class Stream {
    // Many times the largest message, because buffers are allocated again for each run.
    private static final int MOST_BYTES = 512 << 20;

    private static final int MOST_MESSAGES = 20_000;

    @Param({"mimic", "piped-streams", "nio-pipe", "loopback"})
    private String peer = "";

    @Param({"1", "16", "256", "4096", "65536", "1048576", "16777216"})
    private int size;

    private @Nullable InMemoryPeer open;

    @Setup
    public void open() throws IOException {
      open = InMemoryPeer.of(peer, InMemoryThreads.VIRTUAL);
    }

    int run() throws Exception {
      int count = Math.min(MOST_BYTES / size, MOST_MESSAGES);
      requireNonNull(open).stream(count, size);
      return count;
    }

    @TearDown
    public void close() throws IOException {
      requireNonNull(open).close();
    }
  }

  /** Connections within the process: as many as memory holds. */
  @State(Scope.Benchmark)
  public static class Flows {
    @Param({"mimic", "piped-streams-1k"})
    private String peer = "";

    @Param({"1", "10", "100", "1000", "10000", "100000"})
    private int flows;

    private @Nullable InMemoryLinks links;

    @Setup
    public void open() throws IOException {
      links = InMemoryLinks.of(peer);
    }

    int run() throws IOException {
      return holdAtOnce(requireNonNull(links), flows);
    }

    @TearDown
    public void close() throws IOException {
      requireNonNull(links).close();
    }
  }

  /** Connections through the system: a process may not have many files open. */
  @State(Scope.Benchmark)
  public static class SystemFlows {
    @Param({"loopback", "nio-pipe"})
    private String peer = "";

    @Param({"1", "10", "100", "1000"})
    private int flows;

    private @Nullable InMemoryLinks links;

    @Setup
    public void open() throws IOException {
      links = InMemoryLinks.of(peer);
    }

    int run() throws IOException {
      return holdAtOnce(requireNonNull(links), flows);
    }

    @TearDown
    public void close() throws IOException {
      requireNonNull(links).close();
    }
  }

  /** The number of messages that were sent. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Sent {
    public long messages;
  }

  /** The number of flows. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Held {
    public long held;
  }

  @Benchmark
  public void messages(Stream stream, Sent sent) throws Exception {
    sent.messages += stream.run();
  }

  /** Connects all, sends a message over each, and only then closes them. */
  @Benchmark
  public void flows(Flows flows, Held held) throws IOException {
    held.held += flows.run();
  }

  /** The same through the system. */
  @Benchmark
  public void systemFlows(SystemFlows flows, Held held) throws IOException {
    held.held += flows.run();
  }

  private static int holdAtOnce(InMemoryLinks links, int count) throws IOException {
    InMemoryLinks.Link[] held = new InMemoryLinks.Link[count];
    for (int i = 0; i < count; i++) {
      held[i] = links.open();
      exchange(held[i]);
    }
    for (InMemoryLinks.Link each : held) {
      each.close();
    }
    return count;
  }

  private static void exchange(InMemoryLinks.Link link) throws IOException {
    ByteBuffer message = InMemoryMessage.of(ByteBuffer.allocate(InMemoryMessage.ROUND_TRIP));
    link.near().write(message);
    link.far().read(message.clear());
    InMemoryMessage.check(message.flip(), 0, InMemoryMessage.ROUND_TRIP);
  }
}
