package dev.mimic.inmemory;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.inmemory.InMemoryNetworkTest.at;
import static dev.mimic.testkit.ThreadKind.VIRTUAL;
import static java.util.Objects.requireNonNull;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.TimeSource;
import dev.mimic.testkit.Running;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests with ten thousand concurrent flows and a virtual thread at each end. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InMemoryScaleTest {
  private static final int MANY = 10_000;

  private final InMemoryNetwork network = InMemoryNetwork.create();

  @Test
  void echo_overTenThousandFlows_pinsNoThread(@TempDir Path directory) throws Exception {
    // Class loading pins threads: the first run loads the classes and is not recorded.
    TimeSource.system().schedule(Duration.ofMinutes(1), () -> {}).cancel();
    echo(MANY);
    assertThat(pinnedDuring(directory, () -> echo(MANY))).isEmpty();
  }

  @Test
  void networks_thousandClosed_leaveNothingBehind() throws Exception {
    List<WeakReference<InMemoryNetwork>> networks = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      InMemoryNetwork each = InMemoryNetwork.builder().recordBytes().trackLeaks().build();
      each.link("client", "server").latency(Duration.ofNanos(1));
      each.inject(Faults.stall());
      FlowListener listener = each.host("server").listen(at("server", 80));
      Flow flow =
          each.host("client")
              .connect(
                  at("server", 80), Deadline.after(Duration.ofMinutes(1), TimeSource.system()));
      flow.write(ByteBuffer.allocate(1_000));
      listener.accept().write(ByteBuffer.allocate(1_000));
      each.close();
      assertThat(each.open()).isEmpty();
      networks.add(new WeakReference<>(each));
    }
    assertThat(countAfterCollection(networks)).isAtMost(1); // the last one can be on the stack
  }

  private static long countAfterCollection(List<WeakReference<InMemoryNetwork>> networks) {
    long left = networks.size();
    for (int i = 0; i < 20 && left > 1; i++) {
      System.gc();
      left = networks.stream().filter(each -> each.get() != null).count();
    }
    return left;
  }

  @Test
  void pinnedDuring_withPinnedThread_findsIt(@TempDir Path directory) throws Exception {
    assertThat(
            pinnedDuring(directory, () -> Running.start(VIRTUAL, this::waitWhilePinned).result()))
        .isNotEmpty();
  }

  /** Blocks in a class initializer, which pins on every JDK; the class is new each time. */
  private Class<?> waitWhilePinned() throws Exception {
    String file = "InMemoryScaleTest$Pinning.class";
    try (InputStream in = requireNonNull(Pinning.class.getResourceAsStream(file))) {
      return MethodHandles.lookup().defineHiddenClass(in.readAllBytes(), true).lookupClass();
    }
  }

  private static final class Pinning {
    static {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static List<RecordedEvent> pinnedDuring(Path directory, Executable body)
      throws Exception {
    Path file = directory.resolve("pinned.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO).withStackTrace();
      recording.start();
      body.run();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(each -> !isJdkThreadTable(each))
        .toList();
  }

  /** Returns whether the event is contention for the JDK's own table of threads. */
  private static boolean isJdkThreadTable(RecordedEvent event) {
    return event.getStackTrace().getFrames().stream()
        .anyMatch(
            each ->
                each.getMethod().getType().getName().startsWith("jdk.internal.vm.ThreadContainer"));
  }

  @Test
  void idleFlows_thousandOfAServer_takeLittleMemory() throws Exception {
    int flows = 1_000;
    CountDownLatch reading = new CountDownLatch(flows + 1);
    List<Flow> clients = new ArrayList<>();
    FlowListener listener = network.host("server").listen(at("server", 7));
    try (FlowServer server =
        FlowServer.serve(
            listener,
            flow -> {
              reading.countDown();
              int unused = flow.read(ByteBuffer.allocate(1));
            })) {
      clients.add(connect()); // allocates the shared state
      long before = usedHeapAfterGc();
      for (int i = 0; i < flows; i++) {
        clients.add(connect());
      }
      assertThat(reading.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat((usedHeapAfterGc() - before) / flows).isLessThan(8L * 1024);
      assertThat(server.flows()).isEqualTo(flows + 1);
      for (Flow each : clients) {
        each.close();
      }
    }
  }

  private Flow connect() throws IOException {
    Deadline deadline = Deadline.after(Duration.ofSeconds(60), TimeSource.system());
    return network.host("client").connect(at("server", 7), deadline);
  }

  private static long usedHeapAfterGc() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private interface Executable {
    void run() throws Exception;
  }

  /** Opens this many flows, and echoes data through each after all are open. */
  private void echo(int flows) throws Exception {
    FlowListener listener = network.host("server").listen(at("server", 7));
    Thread acceptor = Thread.startVirtualThread(() -> serve(listener));
    CountDownLatch open = new CountDownLatch(flows);
    List<Running<Integer>> clients = new ArrayList<>();
    for (int i = 0; i < flows; i++) {
      int number = i;
      clients.add(Running.start(VIRTUAL, () -> ask(number, open)));
    }
    for (int i = 0; i < flows; i++) {
      assertThat(clients.get(i).result()).isEqualTo(i);
    }
    listener.close();
    assertThat(acceptor.join(Duration.ofSeconds(30))).isTrue();
  }

  private int ask(int number, CountDownLatch open) throws Exception {
    Deadline deadline = Deadline.after(Duration.ofSeconds(60), TimeSource.system());
    try (Flow flow = network.host("client").connect(at("server", 7), deadline)) {
      open.countDown();
      assertThat(open.await(60, TimeUnit.SECONDS)).isTrue();
      flow.write(ByteBuffer.allocate(4).putInt(number).flip());
      flow.shutdownOutput();
      return ByteBuffer.wrap(flow.inputStream().readAllBytes()).getInt();
    }
  }

  private static void serve(FlowListener listener) {
    try {
      while (true) {
        Flow flow = listener.accept();
        Thread.startVirtualThread(() -> answer(flow));
      }
    } catch (IOException e) {
      // The listener is closed.
    }
  }

  private static void answer(Flow flow) {
    try (flow) {
      flow.write(ByteBuffer.wrap(flow.inputStream().readAllBytes()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
