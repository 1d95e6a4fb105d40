package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.mimic.unix.Loopback.readOne;
import static dev.mimic.unix.SocketFolder.UNIX;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import java.io.IOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class UnixListenerTest {
  private SocketFolder sockets;

  @BeforeEach
  void open() throws IOException {
    sockets = SocketFolder.open();
  }

  @AfterEach
  void close() throws IOException {
    sockets.close();
  }

  @Test
  void listen_thenClose_leavesNoFile() throws Exception {
    try (FlowListener listener = sockets.listen("x")) {
      assertThat(sockets.names()).containsExactly("x");
      assertThat(listener.address()).isEqualTo("unix:" + sockets.socket("x"));
      assertThat(listener.toString()).isEqualTo(listener.address());
      assertReaches(listener, "x");
    }
    assertThat(sockets.names()).isEmpty();
  }

  @Test
  void timeSource_isThatOfDeadline() throws Exception {
    ManualTimeSource time = new ManualTimeSource();
    Deadline deadline = Deadline.after(Duration.ofSeconds(1), time);
    UnixProtocol.Endpoint at = UnixProtocol.Endpoint.of(sockets.socket("x"));
    try (FlowListener listener = UNIX.listen(at, deadline)) {
      assertThat(listener.timeSource()).isSameInstanceAs(time);
    }
  }

  private void assertReaches(FlowListener listener, String name) throws Exception {
    try (Flow near = sockets.connect(name);
        Flow far = acceptFrom(listener, near)) {
      near.write(ByteBuffer.allocate(1));
      assertThat(readOne(far)).isEqualTo(1);
    }
  }

  /**
   * Accepts until a flow delivers the sent byte. Other flows only probe whether the path is in use.
   */
  private static Flow acceptFrom(FlowListener listener, Flow near) throws IOException {
    near.write(ByteBuffer.allocate(1));
    while (true) {
      Flow far = listener.accept();
      if (readOne(far) == 1) {
        return far;
      }
      far.close();
    }
  }

  /** Returns another folder, with a file and a stale socket. */
  private static SocketFolder elsewhere() throws IOException {
    SocketFolder elsewhere = SocketFolder.open();
    Files.writeString(elsewhere.socket("file"), "kept");
    elsewhere.bind("dead", 1).close();
    return elsewhere;
  }

  private static void assertUntouched(SocketFolder elsewhere) throws IOException {
    assertThat(elsewhere.names()).containsExactly("file", "dead");
    assertThat(Files.readString(elsewhere.socket("file"))).isEqualTo("kept");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "file", "dead", "absent"})
  void lockFolder_symbolicLink_isNotFollowed(String target) throws Exception {
    try (SocketFolder elsewhere = elsewhere()) {
      Path link = sockets.socket(".x.claim");
      Files.createSymbolicLink(link, elsewhere.folder().resolve(target));
      BindException refusal = assertThrows(BindException.class, () -> sockets.listen("x"));
      assertThat(refusal)
          .hasMessageThat()
          .isEqualTo(
              "%s is in the way of a listener at %s: remove it"
                  .formatted(link, sockets.socket("x")));
      assertUntouched(elsewhere);
      assertThat(sockets.names()).containsExactly(".x.claim");
      Files.delete(link);
      sockets.listen("x").close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "file", "dead", "absent"})
  void socketPath_symbolicLink_isNotFollowed(String target) throws Exception {
    try (SocketFolder elsewhere = elsewhere()) {
      Files.createSymbolicLink(sockets.socket("x"), elsewhere.folder().resolve(target));
      BindException refusal = assertThrows(BindException.class, () -> sockets.listen("x"));
      assertThat(refusal).hasMessageThat().contains("exists and is not a socket: remove it");
      assertUntouched(elsewhere);
      assertThat(sockets.names()).containsExactly("x");
    }
  }

  @Test
  void permissions_default_allowOnlyOwner() throws Exception {
    try (FlowListener listener = sockets.listen("x")) {
      assertThat(permissions("x")).isEqualTo("rw-------");
      assertReaches(listener, "x");
    }
    Set<PosixFilePermission> all = PosixFilePermissions.fromString("rw-rw-rw-");
    try (FlowListener listener =
        UNIX.listen(UnixProtocol.Endpoint.of(sockets.socket("x"), all), Loopback.soon())) {
      assertThat(permissions("x")).isEqualTo("rw-rw-rw-");
      assertReaches(listener, "x");
    }
  }

  private String permissions(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(sockets.socket(name)));
  }

  @Test
  void listen_pathInUse_isRefused() throws Exception {
    try (FlowListener first = sockets.listen("x")) {
      BindException refusal = assertThrows(BindException.class, () -> sockets.listen("x"));
      assertThat(refusal).hasMessageThat().isEqualTo(sockets.socket("x") + " is in use");
      assertThat(sockets.names()).containsExactly("x");
      assertReaches(first, "x");
    }
  }

  @Test
  void listen_pathInUseWithFullQueue_isRefused() throws Exception {
    try (SocketFolder.FullQueue full = sockets.full("x")) {
      assertThat(full.waiting()).isNotEmpty();
      assertThrows(BindException.class, () -> sockets.listen("x"));
      assertThat(Files.exists(sockets.socket("x"))).isTrue();
    }
  }

  @Test
  void listen_datagramSocketInUse_isRefused() throws Exception {
    Path socket = sockets.socket("x");
    try (Program socat = Program.start("socat", "-d", "-d", "UNIX-RECV:" + socket, "STDOUT")) {
      socat.awaitError("(starting data transfer)");
      assertThrows(BindException.class, () -> sockets.listen("x"));
      assertThat(Files.exists(socket)).isTrue();
    }
  }

  @Test
  void listen_staleSocketOfKilledProgram_isReplaced() throws Exception {
    try (Program socat =
        Program.start(
            "socat", "-d", "-d", "UNIX-LISTEN:" + sockets.socket("x") + ",fork", "EXEC:cat")) {
      socat.awaitError("(listening on)");
    } // killed by SIGKILL
    assertThat(sockets.names()).containsExactly("x");

    try (FlowListener listener = sockets.listen("x")) {
      assertThat(permissions("x")).isEqualTo("rw-------");
      assertReaches(listener, "x");
    }
    assertThat(sockets.names()).isEmpty();
  }

  @Test
  void listen_staleLock_isRemoved() throws Exception {
    sockets.bind("x", 1).close();
    Files.createDirectory(sockets.socket(".x.claim"));
    sockets.bind(".x.claim/1", 1).close();
    sockets.bind(".x.claim/2", 1).close();

    try (FlowListener listener = sockets.listen("x")) {
      assertThat(sockets.names()).containsExactly("x");
      assertReaches(listener, "x");
    }
  }

  @Test
  void listen_lockHeld_isRefused() throws Exception {
    Files.createDirectory(sockets.socket(".x.claim"));
    try (ServerSocketChannel other = sockets.bind(".x.claim/1", 1)) {
      assertThat(other.isOpen()).isTrue();
      BindException refusal = assertThrows(BindException.class, () -> sockets.listen("x"));
      assertThat(refusal)
          .hasMessageThat()
          .isEqualTo(sockets.socket("x") + " is in use: another listener is starting");
      assertThat(sockets.names()).containsExactly(".x.claim");
    }
    sockets.listen("x").close();
    assertThat(sockets.names()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "folder", "full folder", "link", "link to a dead socket"})
  void listen_otherFileAtPath_isNeverRemoved(String what) throws Exception {
    Path at = sockets.socket("x");
    switch (what) {
      case "file" -> Files.writeString(at, "precious");
      case "folder" -> Files.createDirectory(at);
      case "full folder" -> Files.createFile(Files.createDirectory(at).resolve("y"));
      case "link" -> Files.createSymbolicLink(at, sockets.socket("nowhere"));
      default -> {
        sockets.bind("dead", 1).close();
        Files.createSymbolicLink(at, sockets.socket("dead"));
      }
    }
    Object before = Files.getAttribute(at, "unix:ino", LinkOption.NOFOLLOW_LINKS);

    BindException refusal = assertThrows(BindException.class, () -> sockets.listen("x"));

    assertThat(refusal)
        .hasMessageThat()
        .isEqualTo(at + " exists and is not a socket: remove it, or use another path");
    assertThat(Files.getAttribute(at, "unix:ino", LinkOption.NOFOLLOW_LINKS)).isEqualTo(before);
    if (what.equals("full folder")) {
      Files.delete(at.resolve("y"));
    }
  }

  @Test
  void listen_otherFileInLockFolder_isNeverRemoved() throws Exception {
    Path lockFolder = Files.createDirectory(sockets.socket(".x.claim"));
    Path file = Files.createFile(lockFolder.resolve("precious"));

    BindException refusal = assertThrows(BindException.class, () -> sockets.listen("x"));

    assertThat(refusal)
        .hasMessageThat()
        .isEqualTo(file + " is in the way of a listener at " + sockets.socket("x") + ": remove it");
    Files.delete(file);
    Files.delete(lockFolder);
    Files.createFile(lockFolder);
    refusal = assertThrows(BindException.class, () -> sockets.listen("x"));
    assertThat(refusal).hasMessageThat().startsWith(lockFolder + " is in the way of");
    assertThat(sockets.names()).containsExactly(".x.claim");
  }

  @Test
  void listen_folderMissing_isNamed() {
    BindException refusal = assertThrows(BindException.class, () -> sockets.listen("no/x"));
    assertThat(refusal)
        .hasMessageThat()
        .isEqualTo("there is no folder " + sockets.socket("no") + ": create it first");
  }

  @Test
  void listen_fileInsteadOfFolder_isNamed() throws IOException {
    Files.createFile(sockets.socket("f"));
    BindException refusal = assertThrows(BindException.class, () -> sockets.listen("f/x"));
    assertThat(refusal).hasMessageThat().startsWith(sockets.socket("f") + " is not a folder");
  }

  @Test
  void listen_folderNotWritable_isNamed() throws IOException {
    Path folder = Files.createDirectory(sockets.socket("f"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-x------"));
    if (Files.isWritable(folder)) { // true for root
      sockets.listen("f/x").close();
      return;
    }
    BindException refusal = assertThrows(BindException.class, () -> sockets.listen("f/x"));
    assertThat(refusal)
        .hasMessageThat()
        .isEqualTo("permission denied to create a socket in " + folder);
  }

  @Test
  void listen_pathLength_isLimited() throws Exception {
    int most = System.getProperty("os.name").startsWith("Linux") ? 106 : 102;
    String longest = "x".repeat(most - sockets.folder().toString().length() - 1);
    try (FlowListener listener = sockets.listen(longest)) {
      assertThat(sockets.names()).containsExactly(longest);
      assertReaches(listener, longest);
    }
    sockets.bind(longest, 1).close();
    sockets.listen(longest).close(); // replaces the socket of that path
    assertThat(sockets.names()).isEmpty();

    String message =
        "path %s has %d bytes: that of a Unix domain socket has at most %d here"
            .formatted(sockets.socket(longest + "x"), most + 1, most);
    assertThat(assertThrows(BindException.class, () -> sockets.listen(longest + "x")))
        .hasMessageThat()
        .isEqualTo(message);
    assertThat(assertThrows(IOException.class, () -> sockets.connect(longest + "x")))
        .hasMessageThat()
        .isEqualTo(message);
    assertThat(sockets.names()).isEmpty();
  }

  @Test
  void close_fileReplaced_isKept() throws Exception {
    FlowListener listener = sockets.listen("x");
    Files.delete(sockets.socket("x"));
    Files.writeString(sockets.socket("x"), "precious");
    listener.close();
    assertThat(Files.readString(sockets.socket("x"))).isEqualTo("precious");
  }

  @Test
  void close_fileRemoved_doesNotFail() throws Exception {
    FlowListener listener = sockets.listen("x");
    Files.delete(sockets.socket("x"));
    listener.close();
    listener.close();
  }

  @Test
  void close_acceptedAndPending_resetsOnlyPending() throws Exception {
    FlowListener listener = sockets.listen("x");
    try (Flow near = sockets.connect("x");
        Flow far = listener.accept();
        Flow unaccepted = sockets.connect("x")) {
      listener.close();
      near.write(ByteBuffer.allocate(1));
      assertThat(readOne(far)).isEqualTo(1);
      assertThrows(PeerGoneException.class, () -> readOne(unaccepted));
    } finally {
      listener.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void close_acceptsBlocked_wakesAll(ThreadKind kind) throws Exception {
    FlowListener listener = sockets.listen("x");
    List<Running<Flow>> accepting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      accepting.add(Running.start(kind, listener::accept).awaitBlocked());
    }

    listener.close();
    listener.close();

    for (Running<Flow> each : accepting) {
      each.failure(AsynchronousCloseException.class);
    }
    assertThrows(ClosedChannelException.class, listener::accept);
    assertThat(sockets.names()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_ofAccept_closesListenerAndRemovesFile(ThreadKind kind) throws Exception {
    for (int interrupted = 0; interrupted < 2; interrupted++) {
      FlowListener listener = sockets.listen("x");
      List<Running<Flow>> accepting =
          List.of(
              Running.start(kind, listener::accept).awaitBlocked(),
              Running.start(kind, listener::accept).awaitBlocked());

      accepting.get(interrupted).interrupt();

      accepting.get(interrupted).failure(ClosedByInterruptException.class);
      assertThat(accepting.get(interrupted).endedInterrupted()).isTrue();
      accepting.get(1 - interrupted).failure(AsynchronousCloseException.class);
      assertThat(sockets.names()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void listen_pendingInterrupt_bindsNothing(ThreadKind kind) throws Exception {
    Running<FlowListener> listening =
        Running.start(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return sockets.listen("x");
            });
    listening.failure(ClosedByInterruptException.class);
    assertThat(listening.endedInterrupted()).isTrue();
    assertThat(sockets.names()).isEmpty();
  }

  /** Exactly one listener gets the path and keeps it, with and without a stale socket. */
  @RepeatedTest(40)
  void listen_concurrentStarts_exactlyOneSucceeds() throws Exception {
    for (boolean dead : new boolean[] {false, true}) {
      if (dead) {
        sockets.bind("x", 1).close();
      }
      int racers = 8;
      CyclicBarrier start = new CyclicBarrier(racers);
      List<Running<FlowListener>> racing = new ArrayList<>();
      for (int i = 0; i < racers; i++) {
        ThreadKind kind = i % 2 == 0 ? ThreadKind.PLATFORM : ThreadKind.VIRTUAL;
        racing.add(
            Running.start(
                kind,
                () -> {
                  start.await(20, TimeUnit.SECONDS);
                  return sockets.listen("x");
                }));
      }
      List<FlowListener> winners = new ArrayList<>();
      List<BindException> refusals = new ArrayList<>();
      for (Running<FlowListener> each : racing) {
        try {
          winners.add(each.result());
        } catch (java.util.concurrent.ExecutionException e) {
          refusals.add(each.failure(BindException.class));
        }
      }
      assertWithMessage("%s", refusals).that(winners).hasSize(1);
      assertReaches(winners.getFirst(), "x");
      winners.getFirst().close();
      assertThat(sockets.names()).isEmpty();
    }
  }

  /** Clients reach only their own listener while others start, close and are interrupted. */
  @Test
  void listen_repeatedStartsAndCloses_neverReplaceLiveSocket() throws Exception {
    List<Running<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int each = i;
      all.add(Running.start(ThreadKind.PLATFORM, () -> listenAndClose(each)));
    }
    int successes = 0;
    for (Running<Integer> each : all) {
      successes += each.result();
    }
    assertThat(successes).isAtLeast(1);
    sockets
        .listen("x")
        .close(); // removes a file that an interrupt left while another listener was starting
    assertThat(sockets.names()).isEmpty();
  }

  private int listenAndClose(int thread) throws Exception {
    int successes = 0;
    for (int i = 0; i < 60; i++) {
      try (FlowListener listener = sockets.listen("x")) {
        successes++;
        assertReaches(listener, "x");
        if ((i + thread) % 3 == 0) {
          Thread.currentThread().interrupt();
          assertThrows(ClosedByInterruptException.class, listener::accept);
          assertThat(Thread.interrupted()).isTrue();
        }
      } catch (BindException e) {
        Thread.onSpinWait(); // another listener listens or is starting
      }
    }
    return successes;
  }
}
