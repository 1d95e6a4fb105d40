package dev.mimic.benchmarks;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * The heap that idle connections hold, both their ends together and without any thread: of such as
 * were never used, and of such as were, and are drained. What to look at is the secondary metric
 * {@code heapBytesPerPair}; the time is that to make them all and to use them.
 *
 * <p>The heap is what is in use after a full collection, by the serial collector, which compacts
 * each time, and without buffers for allocation, so that the figure is exact, even that of one
 * pair. What a loopback connection holds in the kernel is not in it.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-XX:-UseTLAB", "-XX:MarkSweepAlwaysCompactCount=1"})
@Warmup(iterations = 1)
@Measurement(iterations = 1)
public class IdleFlowsBenchmark {
  private static final int MESSAGE = 16 * 1024;

  /** Connections within the process. */
  @State(Scope.Benchmark)
  public static class Flows extends Held {
    @Param({"mimic"})
    public String peer = "";

    @Param({"1", "10", "100", "1000", "10000", "100000"})
    public int pairs;

    @Param({"unused", "drained"})
    public String use = "";

    @Setup(Level.Invocation)
    public void open() throws IOException {
      prepare(peer, pairs);
    }
  }

  /** Connections through the system: a process may not have many files open. */
  @State(Scope.Benchmark)
  public static class SystemFlows extends Held {
    @Param({"loopback"})
    public String peer = "";

    @Param({"1", "10", "100", "1000"})
    public int pairs;

    @Param({"unused", "drained"})
    public String use = "";

    @Setup(Level.Invocation)
    public void open() throws IOException {
      prepare(peer, pairs);
    }
  }

  /** The connections whose memory is measured. */
  @State(Scope.Benchmark)
  public static class Held {
    private InMemoryLinks.@Nullable Link[] held = {};
    private @Nullable InMemoryLinks links;
    private long before;

    void prepare(String peer, int pairs) throws IOException {
      links = InMemoryLinks.of(peer);
      use(links.open()).close(); // loads classes before the measurement
      held = new InMemoryLinks.Link[pairs];
      before = heapInUse();
    }

    void hold(boolean used) throws IOException {
      for (int i = 0; i < held.length; i++) {
        InMemoryLinks.Link link = requireNonNull(links).open();
        held[i] = used ? use(link) : link;
      }
    }

    private static InMemoryLinks.Link use(InMemoryLinks.Link link) throws IOException {
      pass(link.near(), link.far());
      pass(link.far(), link.near());
      return link;
    }

    private static void pass(InMemoryLinks.End from, InMemoryLinks.End to) throws IOException {
      ByteBuffer message = InMemoryMessage.of(ByteBuffer.allocate(MESSAGE));
      from.write(message);
      ByteBuffer arrived = message.clear();
      while (arrived.hasRemaining()) {
        to.read(arrived);
      }
      InMemoryMessage.check(arrived.flip(), 0, MESSAGE);
    }

    long heapBytesPerPair() {
      return (heapInUse() - before) / held.length;
    }

    /**
     * Collects until the heap no longer shrinks: what a cleaner releases is garbage only
     * afterwards.
     */
    private static long heapInUse() {
      long now = Long.MAX_VALUE;
      long last;
      do {
        last = now;
        System.gc();
        now = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      } while (now < last);
      return last;
    }

    @TearDown(Level.Invocation)
    public void close() throws IOException {
      for (InMemoryLinks.Link each : held) {
        requireNonNull(each).close();
      }
      Arrays.fill(held, null);
      requireNonNull(links).close();
    }
  }

  /** The measured memory. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Scales {
    public long heapBytesPerPair;
  }

  @Benchmark
  public void flows(Flows flows, Scales scales) throws IOException {
    flows.hold(flows.use.equals("drained"));
    scales.heapBytesPerPair = flows.heapBytesPerPair();
  }

  /** The same through the system. */
  @Benchmark
  public void systemFlows(SystemFlows flows, Scales scales) throws IOException {
    flows.hold(flows.use.equals("drained"));
    scales.heapBytesPerPair = flows.heapBytesPerPair();
  }
}
