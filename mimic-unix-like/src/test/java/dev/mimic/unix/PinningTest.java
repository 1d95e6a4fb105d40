package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import dev.mimic.unix.Loopback.Family;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PinningTest {

  @Test
  void blockedFlow_onVirtualThread_isNotPinned(@TempDir Path directory) throws Exception {
    blockInEveryWay(1); // loads and initializes classes, which may pin
    Path file = directory.resolve("pinned.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO).withStackTrace();
      recording.enable("jdk.VirtualThreadStart");
      recording.start();
      blockInEveryWay(20);
      recording.stop();
      recording.dump(file);
    }

    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    assertThat(events.stream().filter(each -> isNamed(each, "jdk.VirtualThreadStart")).toList())
        .isNotEmpty();
    assertThat(
            events.stream()
                .filter(each -> isNamed(each, "jdk.VirtualThreadPinned"))
                .filter(PinningTest::isOurs)
                .toList())
        .isEmpty();
  }

  private static boolean isNamed(RecordedEvent event, String name) {
    return event.getEventType().getName().equals(name);
  }

  /** Returns whether an event is in our code, not in the JDK's contended table of threads. */
  private static boolean isOurs(RecordedEvent event) {
    return passesThrough(event, "dev.mimic")
        && !passesThrough(event, "jdk.internal.vm.ThreadContainer");
  }

  private static boolean passesThrough(RecordedEvent event, String name) {
    return event.getStackTrace().getFrames().stream()
        .anyMatch(each -> each.getMethod().getType().getName().startsWith(name));
  }

  private static void blockInEveryWay(int flows) throws Exception {
    List<Running<?>> all = new ArrayList<>();
    for (int i = 0; i < flows; i++) {
      all.add(Running.start(ThreadKind.PLATFORM, PinningTest::overTcp));
      all.add(Running.start(ThreadKind.PLATFORM, PinningTest::overUnix));
    }
    for (Running<?> each : all) {
      each.result();
    }
  }

  private static Void overTcp() throws Exception {
    try (FlowListener listener = Loopback.TCP.listen(new HostPort("localhost", 0))) {
      connectReadWriteAndClose(
          Family.TCP,
          listener,
          () -> Loopback.TCP.connect(Loopback.reach(listener), Loopback.soon()));
    }
    return null;
  }

  private static Void overUnix() throws Exception {
    try (SocketFolder sockets = SocketFolder.open();
        FlowListener listener = sockets.listen("x")) {
      connectReadWriteAndClose(Family.UNIX, listener, () -> sockets.connect("x"));
    }
    return null;
  }

  private static void connectReadWriteAndClose(
      Family family, FlowListener listener, Callable<Flow> connect) throws Exception {
    Running<Flow> accepting = Running.start(ThreadKind.VIRTUAL, listener::accept).awaitBlocked();
    Running<Flow> connecting = Running.start(ThreadKind.VIRTUAL, connect);
    try (Flow near = connecting.result();
        Flow far = accepting.result()) {
      blockInEveryOperation(family, near, far);
    }
  }

  private static void blockInEveryOperation(Family family, Flow near, Flow far) throws Exception {
    Running<?> writer =
        Running.start(ThreadKind.VIRTUAL, () -> Loopback.writeForever(near)).awaitBlocked();
    Running<?> reader =
        Running.start(ThreadKind.VIRTUAL, () -> Loopback.readOne(near)).awaitBlocked();
    Running<?> waiting =
        Running.start(ThreadKind.VIRTUAL, () -> Loopback.readOne(near)).awaitBlocked();
    Running<?> timed = Running.start(ThreadKind.VIRTUAL, () -> timeOut(family, far));
    timed.result();
    near.close();
    writer.failure(AsynchronousCloseException.class);
    reader.failure(AsynchronousCloseException.class);
    waiting.failure(AsynchronousCloseException.class);
  }

  private static Void timeOut(Family family, Flow full) throws IOException {
    full.readTimeout(Duration.ofMillis(20));
    ByteBuffer dst = ByteBuffer.allocate(1 << 20);
    full.read(dst.clear());
    try (Loopback silent = family.open()) {
      silent.near().readTimeout(Duration.ofMillis(20));
      Loopback.readOne(silent.near());
    } catch (SocketTimeoutException expected) {
      // the timed wait that was to be recorded
    }
    return null;
  }
}
