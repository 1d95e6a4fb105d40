package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.mimic.unix.Loopback.readOne;
import static dev.mimic.unix.UnixPlace.UNIX;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.PeerGoneException;
import dev.mimic.unix.Running.Kind;
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
  private UnixPlace place;

  @BeforeEach
  void open() throws IOException {
    place = UnixPlace.open();
  }

  @AfterEach
  void close() throws IOException {
    place.close();
  }

  @Test
  void nothingButTheSocketIsThereAndNothingAfterwards() throws Exception {
    try (FlowListener listener = place.listen("x")) {
      assertThat(place.names()).containsExactly("x");
      assertThat(listener.address()).isEqualTo("unix:" + place.socket("x"));
      assertThat(listener.toString()).isEqualTo(listener.address());
      assertReaches(listener, "x");
    }
    assertThat(place.names()).isEmpty();
  }

  private void assertReaches(FlowListener listener, String name) throws Exception {
    try (Flow near = place.connect(name);
        Flow far = acceptFrom(listener, near)) {
      near.write(ByteBuffer.allocate(1));
      assertThat(readOne(far)).isEqualTo(1);
    }
  }

  /** Accepts until a flow has what is sent here: others only wanted to know whether we listen. */
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

  /** A folder elsewhere, with a file and a socket that nobody listens on. */
  private static UnixPlace elsewhere() throws IOException {
    UnixPlace elsewhere = UnixPlace.open();
    Files.writeString(elsewhere.socket("file"), "kept");
    elsewhere.bind("dead", 1).close();
    return elsewhere;
  }

  private static void assertUntouched(UnixPlace elsewhere) throws IOException {
    assertThat(elsewhere.names()).containsExactly("file", "dead");
    assertThat(Files.readString(elsewhere.socket("file"))).isEqualTo("kept");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "file", "dead", "absent"})
  void claim_thatIsASymbolicLink_isNotFollowed(String target) throws Exception {
    try (UnixPlace elsewhere = elsewhere()) {
      Path link = place.socket(".x.claim");
      Files.createSymbolicLink(link, elsewhere.folder().resolve(target));
      BindException refusal = assertThrows(BindException.class, () -> place.listen("x"));
      assertThat(refusal)
          .hasMessageThat()
          .isEqualTo(
              "%s is in the way of a listener at %s: remove it".formatted(link, place.socket("x")));
      assertUntouched(elsewhere);
      assertThat(place.names()).containsExactly(".x.claim");
      Files.delete(link);
      place.listen("x").close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "file", "dead", "absent"})
  void socketPath_thatIsASymbolicLink_isNotFollowed(String target) throws Exception {
    try (UnixPlace elsewhere = elsewhere()) {
      Files.createSymbolicLink(place.socket("x"), elsewhere.folder().resolve(target));
      BindException refusal = assertThrows(BindException.class, () -> place.listen("x"));
      assertThat(refusal).hasMessageThat().contains("is there and is no socket: remove it");
      assertUntouched(elsewhere);
      assertThat(place.names()).containsExactly("x");
    }
  }

  @Test
  void onlyTheOwnerMayConnectUnlessItIsSaidOtherwise() throws Exception {
    try (FlowListener listener = place.listen("x")) {
      assertThat(permissions("x")).isEqualTo("rw-------");
      assertReaches(listener, "x");
    }
    Set<PosixFilePermission> all = PosixFilePermissions.fromString("rw-rw-rw-");
    try (FlowListener listener = UNIX.listen(new UnixProtocol.Endpoint(place.socket("x"), all))) {
      assertThat(permissions("x")).isEqualTo("rw-rw-rw-");
      assertReaches(listener, "x");
    }
  }

  private String permissions(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(place.socket(name)));
  }

  @Test
  void whatIsInUseIsRefusedAndLivesOn() throws Exception {
    try (FlowListener first = place.listen("x")) {
      BindException refusal = assertThrows(BindException.class, () -> place.listen("x"));
      assertThat(refusal).hasMessageThat().isEqualTo(place.socket("x") + " is in use");
      assertThat(place.names()).containsExactly("x");
      assertReaches(first, "x");
    }
  }

  @Test
  void whatIsInUseIsRefusedAlsoWhenItsQueueIsFull() throws Exception {
    try (UnixPlace.FullQueue full = place.full("x")) {
      assertThat(full.waiting()).isNotEmpty();
      assertThrows(BindException.class, () -> place.listen("x"));
      assertThat(Files.exists(place.socket("x"))).isTrue();
    }
  }

  @Test
  void aSocketOfAnotherTypeThatIsInUseIsRefused() throws Exception {
    Path socket = place.socket("x");
    try (Program socat = Program.start("socat", "-d", "-d", "UNIX-RECV:" + socket, "STDOUT")) {
      socat.awaitError("(starting data transfer)");
      assertThrows(BindException.class, () -> place.listen("x"));
      assertThat(Files.exists(socket)).isTrue();
    }
  }

  @Test
  void aSocketThatAKilledProgramLeftIsReplaced() throws Exception {
    try (Program socat =
        Program.start(
            "socat", "-d", "-d", "UNIX-LISTEN:" + place.socket("x") + ",fork", "EXEC:cat")) {
      socat.awaitError("(listening on)");
    } // by SIGKILL
    assertThat(place.names()).containsExactly("x");

    try (FlowListener listener = place.listen("x")) {
      assertThat(permissions("x")).isEqualTo("rw-------");
      assertReaches(listener, "x");
    }
    assertThat(place.names()).isEmpty();
  }

  @Test
  void whatAProgramLeftThatWasKilledWhileItStartedIsCleared() throws Exception {
    place.bind("x", 1).close();
    Files.createDirectory(place.socket(".x.claim"));
    place.bind(".x.claim/1", 1).close();
    place.bind(".x.claim/2", 1).close();

    try (FlowListener listener = place.listen("x")) {
      assertThat(place.names()).containsExactly("x");
      assertReaches(listener, "x");
    }
  }

  @Test
  void whileAnotherListenerStartsThePathIsInUse() throws Exception {
    Files.createDirectory(place.socket(".x.claim"));
    try (ServerSocketChannel other = place.bind(".x.claim/1", 1)) {
      assertThat(other.isOpen()).isTrue();
      BindException refusal = assertThrows(BindException.class, () -> place.listen("x"));
      assertThat(refusal)
          .hasMessageThat()
          .isEqualTo(place.socket("x") + " is in use: another listener starts");
      assertThat(place.names()).containsExactly(".x.claim");
    }
    place.listen("x").close();
    assertThat(place.names()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "folder", "full folder", "link", "link to a dead socket"})
  void whatIsNoSocketIsNeverRemoved(String what) throws Exception {
    Path at = place.socket("x");
    switch (what) {
      case "file" -> Files.writeString(at, "precious");
      case "folder" -> Files.createDirectory(at);
      case "full folder" -> Files.createFile(Files.createDirectory(at).resolve("y"));
      case "link" -> Files.createSymbolicLink(at, place.socket("nowhere"));
      default -> {
        place.bind("dead", 1).close();
        Files.createSymbolicLink(at, place.socket("dead"));
      }
    }
    Object before = Files.getAttribute(at, "unix:ino", LinkOption.NOFOLLOW_LINKS);

    BindException refusal = assertThrows(BindException.class, () -> place.listen("x"));

    assertThat(refusal)
        .hasMessageThat()
        .isEqualTo(at + " is there and is no socket: remove it, or listen elsewhere");
    assertThat(Files.getAttribute(at, "unix:ino", LinkOption.NOFOLLOW_LINKS)).isEqualTo(before);
    if (what.equals("full folder")) {
      Files.delete(at.resolve("y"));
    }
  }

  @Test
  void whatIsInTheWayOfAClaimIsNeverRemoved() throws Exception {
    Path claim = Files.createDirectory(place.socket(".x.claim"));
    Path file = Files.createFile(claim.resolve("precious"));

    BindException refusal = assertThrows(BindException.class, () -> place.listen("x"));

    assertThat(refusal)
        .hasMessageThat()
        .isEqualTo(file + " is in the way of a listener at " + place.socket("x") + ": remove it");
    Files.delete(file);
    Files.delete(claim);
    Files.createFile(claim);
    refusal = assertThrows(BindException.class, () -> place.listen("x"));
    assertThat(refusal).hasMessageThat().startsWith(claim + " is in the way of");
    assertThat(place.names()).containsExactly(".x.claim");
  }

  @Test
  void aMissingFolderIsNamed() {
    BindException refusal = assertThrows(BindException.class, () -> place.listen("no/x"));
    assertThat(refusal)
        .hasMessageThat()
        .isEqualTo("there is no folder " + place.socket("no") + ": make it first");
  }

  @Test
  void aFileForAFolderIsNamed() throws IOException {
    Files.createFile(place.socket("f"));
    BindException refusal = assertThrows(BindException.class, () -> place.listen("f/x"));
    assertThat(refusal).hasMessageThat().startsWith(place.socket("f") + " is no folder");
  }

  @Test
  void aFolderThatMayNotBeWrittenToIsNamed() throws IOException {
    Path folder = Files.createDirectory(place.socket("f"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-x------"));
    if (Files.isWritable(folder)) { // as root may everywhere
      place.listen("f/x").close();
      return;
    }
    BindException refusal = assertThrows(BindException.class, () -> place.listen("f/x"));
    assertThat(refusal)
        .hasMessageThat()
        .isEqualTo("permission denied: no socket can be made in " + folder);
  }

  @Test
  void aPathMayBeAsLongAsTheSystemLetsItAndNoLonger() throws Exception {
    int most = System.getProperty("os.name").startsWith("Linux") ? 106 : 102;
    String longest = "x".repeat(most - place.folder().toString().length() - 1);
    try (FlowListener listener = place.listen(longest)) {
      assertThat(place.names()).containsExactly(longest);
      assertReaches(listener, longest);
    }
    place.bind(longest, 1).close();
    place.listen(longest).close(); // replaces that one
    assertThat(place.names()).isEmpty();

    String message =
        "path %s has %d bytes: that of a Unix domain socket has at most %d here"
            .formatted(place.socket(longest + "x"), most + 1, most);
    assertThat(assertThrows(BindException.class, () -> place.listen(longest + "x")))
        .hasMessageThat()
        .isEqualTo(message);
    assertThat(assertThrows(IOException.class, () -> place.connect(longest + "x")))
        .hasMessageThat()
        .isEqualTo(message);
    assertThat(place.names()).isEmpty();
  }

  @Test
  void aFileThatHasTakenThePlaceOfOursIsLeft() throws Exception {
    FlowListener listener = place.listen("x");
    Files.delete(place.socket("x"));
    Files.writeString(place.socket("x"), "precious");
    listener.close();
    assertThat(Files.readString(place.socket("x"))).isEqualTo("precious");
  }

  @Test
  void aFileThatIsGoneIsNotMissed() throws Exception {
    FlowListener listener = place.listen("x");
    Files.delete(place.socket("x"));
    listener.close();
    listener.close();
  }

  @Test
  void acceptedFlowsOutliveTheListenerAndTheOthersAreReset() throws Exception {
    FlowListener listener = place.listen("x");
    try (Flow near = place.connect("x");
        Flow far = listener.accept();
        Flow unaccepted = place.connect("x")) {
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
  void aCloseWakesEveryAccept(Kind kind) throws Exception {
    FlowListener listener = place.listen("x");
    List<Running<Flow>> accepting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      accepting.add(kind.start(listener::accept).awaitBlocked());
    }

    listener.close();
    listener.close();

    for (Running<Flow> each : accepting) {
      each.failure(AsynchronousCloseException.class);
    }
    assertThrows(ClosedChannelException.class, listener::accept);
    assertThat(place.names()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptOfAnyAcceptClosesTheListenerAndRemovesItsFile(Kind kind) throws Exception {
    for (int interrupted = 0; interrupted < 2; interrupted++) {
      FlowListener listener = place.listen("x");
      List<Running<Flow>> accepting =
          List.of(
              kind.start(listener::accept).awaitBlocked(),
              kind.start(listener::accept).awaitBlocked());

      accepting.get(interrupted).interrupt();

      accepting.get(interrupted).failure(ClosedByInterruptException.class);
      assertThat(accepting.get(interrupted).wasInterruptedAtEnd()).isTrue();
      accepting.get(1 - interrupted).failure(AsynchronousCloseException.class);
      assertThat(place.names()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptThatIsPendingListensNowhere(Kind kind) throws Exception {
    Running<FlowListener> listening =
        kind.start(
            () -> {
              Thread.currentThread().interrupt();
              return place.listen("x");
            });
    listening.failure(ClosedByInterruptException.class);
    assertThat(listening.wasInterruptedAtEnd()).isTrue();
    assertThat(place.names()).isEmpty();
  }

  /** Whether there is a dead socket or none: one gets the path, and keeps it. */
  @RepeatedTest(40)
  void ofListenersThatStartAtOnceOneSucceeds() throws Exception {
    for (boolean dead : new boolean[] {false, true}) {
      if (dead) {
        place.bind("x", 1).close();
      }
      int racers = 8;
      CyclicBarrier start = new CyclicBarrier(racers);
      List<Running<FlowListener>> racing = new ArrayList<>();
      for (int i = 0; i < racers; i++) {
        Kind kind = i % 2 == 0 ? Kind.PLATFORM : Kind.VIRTUAL;
        racing.add(
            kind.start(
                () -> {
                  start.await(20, TimeUnit.SECONDS);
                  return place.listen("x");
                }));
      }
      List<FlowListener> winners = new ArrayList<>();
      List<BindException> refusals = new ArrayList<>();
      for (Running<FlowListener> each : racing) {
        try {
          winners.add(each.get());
        } catch (java.util.concurrent.ExecutionException e) {
          refusals.add(each.failure(BindException.class));
        }
      }
      assertWithMessage("%s", refusals).that(winners).hasSize(1);
      assertReaches(winners.getFirst(), "x");
      winners.getFirst().close();
      assertThat(place.names()).isEmpty();
    }
  }

  /** Each is found by its own clients only, however the others come and go, and by interrupts. */
  @Test
  void listenersThatComeAndGoNeverTakeALiveOnesPlace() throws Exception {
    List<Running<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int each = i;
      all.add(Kind.PLATFORM.start(() -> comeAndGo(each)));
    }
    int successes = 0;
    for (Running<Integer> each : all) {
      successes += each.get();
    }
    assertThat(successes).isAtLeast(1);
    place.listen("x").close(); // what an interrupt may have left while another one started
    assertThat(place.names()).isEmpty();
  }

  private int comeAndGo(int thread) throws Exception {
    int successes = 0;
    for (int i = 0; i < 60; i++) {
      try (FlowListener listener = place.listen("x")) {
        successes++;
        assertReaches(listener, "x");
        if ((i + thread) % 3 == 0) {
          Thread.currentThread().interrupt();
          assertThrows(ClosedByInterruptException.class, listener::accept);
          assertThat(Thread.interrupted()).isTrue();
        }
      } catch (BindException e) {
        Thread.onSpinWait(); // another one listens, or starts
      }
    }
    return successes;
  }
}
