package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.unix.Loopback.readOne;
import static dev.mimic.unix.Loopback.soon;
import static dev.mimic.unix.UnixPlace.UNIX;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.TimeSource;
import dev.mimic.unix.Running.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class UnixConnectTest {
  private UnixPlace place;

  @BeforeEach
  void open() throws IOException {
    place = UnixPlace.open();
  }

  @AfterEach
  void close() throws IOException {
    place.close();
  }

  private UnixProtocol.Endpoint endpoint() {
    return new UnixProtocol.Endpoint(place.socket("x"));
  }

  private String refusal(String name) {
    return String.valueOf(
        assertThrows(ConnectException.class, () -> place.connect(name)).getMessage());
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThat(refusal("x"))
        .isEqualTo("there is no " + place.socket("x") + ": is its server running?");
    assertThat(refusal("no/x"))
        .isEqualTo(
            "there is no %s, and no folder %s: is its server running?"
                .formatted(place.socket("no/x"), place.socket("no")));
  }

  @Test
  void whatIsNoSocketIsSaid() throws IOException {
    Files.createFile(place.socket("f"));
    Files.createDirectory(place.socket("d"));
    assertThat(refusal("f")).isEqualTo(place.socket("f") + " is a file, and no socket");
    assertThat(refusal("d")).isEqualTo(place.socket("d") + " is a folder, and no socket");
    assertThat(refusal("f/x")).contains("no folder " + place.socket("f"));
  }

  @Test
  void aSocketThatWasLeftIsSaid() throws IOException {
    place.bind("x", 1).close();
    assertThat(refusal("x"))
        .isEqualTo(
            "nobody listens on %s any more: start the server that left it"
                .formatted(place.socket("x")));
  }

  @Test
  void aSocketThatIsNotOursToConnectToIsSaid() throws IOException {
    try (FlowListener listener = place.listen("x")) {
      assertThat(listener.address()).startsWith("unix:/");
      Files.setPosixFilePermissions(
          place.socket("x"), PosixFilePermissions.fromString("r--r--r--"));
      if (Files.isWritable(place.socket("x"))) { // as root may everywhere
        place.connect("x").close();
      } else {
        assertThat(refusal("x"))
            .startsWith("permission denied: " + place.socket("x") + " is r--r--r--, of ");
      }
    }
  }

  @Test
  void aSocketOfAnotherTypeIsSaid() throws IOException {
    try (Program socat =
        Program.start("socat", "-d", "-d", "UNIX-RECV:" + place.socket("x"), "STDOUT")) {
      socat.awaitError("(starting data transfer)");
      assertThat(refusal("x")).startsWith(place.socket("x") + ": Protocol wrong type");
    }
  }

  @Test
  void infoNamesTheSocketAndBothSides() throws IOException {
    try (FlowListener listener = place.listen("x");
        Flow near = place.connect("x");
        Flow far = listener.accept()) {
      String socket = place.socket("x").toString();
      assertThat(near.info().toString()).isEqualTo("unix(" + socket + ")");
      assertThat(near.info().local()).isEqualTo("client of " + socket);
      assertThat(far.info().local()).isEqualTo(socket);
      assertThat(far.info().toString()).isEqualTo("unix(client of " + socket + ")");
      assertThat(near.find(SocketChannel.class)).isPresent();
    }
  }

  @Test
  void aPeerThatHasANameIsCalledByIt() throws IOException {
    try (FlowListener listener = place.listen("x");
        SocketChannel named = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      named.bind(UnixDomainSocketAddress.of(place.socket("me")));
      named.connect(UnixDomainSocketAddress.of(place.socket("x")));
      try (Flow far = listener.accept()) {
        assertThat(far.info().toString()).isEqualTo("unix(" + place.socket("me") + ")");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFullQueueIsWaitedFor(Kind kind) throws Exception {
    try (UnixPlace.FullQueue full = place.full("x")) {
      assertThat(full.waiting()).isNotEmpty();
      Running<Flow> third = kind.start(() -> place.connect("x")).awaitBlocked();
      full.acceptAll();
      try (Flow connected = third.get();
          SocketChannel accepted = full.server().accept()) {
        connected.write(ByteBuffer.allocate(1));
        assertThat(accepted.read(ByteBuffer.allocate(9))).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theDeadlineEndsTheWaitForAFullQueue(Kind kind) throws Exception {
    OpenFiles.assumeCountable();
    try (UnixPlace.FullQueue full = place.full("x")) {
      assertThat(full.waiting()).isNotEmpty();
      long before = OpenFiles.sockets();
      Deadline soon = Deadline.after(Duration.ofMillis(50), TimeSource.system());
      SocketTimeoutException late =
          kind.start(() -> UNIX.connect(endpoint(), soon)).failure(SocketTimeoutException.class);
      assertThat(late)
          .hasMessageThat()
          .isEqualTo(
              "no connection to unix(%s): not done within 50 ms".formatted(place.socket("x")));
      assertThat(OpenFiles.sockets()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptEndsTheWaitForAFullQueue(Kind kind) throws Exception {
    try (UnixPlace.FullQueue full = place.full("x")) {
      assertThat(full.waiting()).isNotEmpty();
      Running<Flow> third = kind.start(() -> place.connect("x")).awaitBlocked();
      third.interrupt();
      third.failure(ClosedByInterruptException.class);
      assertThat(third.wasInterruptedAtEnd()).isTrue();
    }
  }

  @Test
  void noTimeAndAPendingInterruptConnectNothing() throws Exception {
    try (FlowListener listener = place.listen("x")) {
      assertThat(listener.address()).startsWith("unix:/");
      Deadline over = Deadline.after(Duration.ZERO, TimeSource.system());
      assertThrows(SocketTimeoutException.class, () -> UNIX.connect(endpoint(), over));
      Running<Flow> interrupted =
          Kind.VIRTUAL.start(
              () -> {
                Thread.currentThread().interrupt();
                return UNIX.connect(endpoint(), soon());
              });
      interrupted.failure(ClosedByInterruptException.class);
    }
  }

  @Test
  void hundredsOfFlowsAtOnceAndNoneIsLeftOpen() throws Exception {
    OpenFiles.assumeCountable();
    place.listen("x").close();
    long before = OpenFiles.sockets();
    int count = 300;
    try (FlowListener listener = place.listen("x")) {
      List<Running<Integer>> clients = new ArrayList<>();
      List<Running<Integer>> servers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        clients.add(
            Kind.VIRTUAL.start(
                () -> {
                  try (Flow flow = place.connect("x")) {
                    flow.readTimeout(Duration.ofSeconds(20));
                    flow.write(ByteBuffer.allocate(1));
                    return readOne(flow);
                  }
                }));
      }
      for (int i = 0; i < count; i++) {
        Flow flow = listener.accept();
        servers.add(
            Kind.VIRTUAL.start(
                () -> {
                  try (flow) {
                    assertThat(readOne(flow)).isEqualTo(1);
                    return flow.write(ByteBuffer.allocate(1));
                  }
                }));
      }
      for (int i = 0; i < count; i++) {
        assertThat(clients.get(i).get()).isEqualTo(1);
        assertThat(servers.get(i).get()).isEqualTo(1);
      }
    }
    assertThat(OpenFiles.sockets()).isEqualTo(before);
  }
}
