package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.unix.Loopback.readOne;
import static dev.mimic.unix.Loopback.soon;
import static dev.mimic.unix.SocketFolder.UNIX;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
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
  private SocketFolder sockets;

  @BeforeEach
  void open() throws IOException {
    sockets = SocketFolder.open();
  }

  @AfterEach
  void close() throws IOException {
    sockets.close();
  }

  private UnixProtocol.Endpoint endpoint() {
    return UnixProtocol.Endpoint.of(sockets.socket("x"));
  }

  private String refusal(String name) {
    return String.valueOf(
        assertThrows(ConnectException.class, () -> sockets.connect(name)).getMessage());
  }

  @Test
  void connect_noFile_isNamed() {
    assertThat(refusal("x"))
        .isEqualTo("there is no " + sockets.socket("x") + ": is its server running?");
    assertThat(refusal("no/x"))
        .isEqualTo(
            "there is no %s, and no folder %s: is its server running?"
                .formatted(sockets.socket("no/x"), sockets.socket("no")));
  }

  @Test
  void connect_toOtherFile_isNamed() throws IOException {
    Files.createFile(sockets.socket("f"));
    Files.createDirectory(sockets.socket("d"));
    assertThat(refusal("f")).isEqualTo(sockets.socket("f") + " is a file, not a socket");
    assertThat(refusal("d")).isEqualTo(sockets.socket("d") + " is a folder, not a socket");
    assertThat(refusal("f/x")).contains("no folder " + sockets.socket("f"));
  }

  @Test
  void connect_staleSocket_isNamed() throws IOException {
    sockets.bind("x", 1).close();
    assertThat(refusal("x"))
        .isEqualTo(
            "no process listens on %s any more: start its server".formatted(sockets.socket("x")));
  }

  @Test
  void connect_withoutPermission_isNamed() throws IOException {
    try (FlowListener listener = sockets.listen("x")) {
      assertThat(listener.address()).startsWith("unix:/");
      Files.setPosixFilePermissions(
          sockets.socket("x"), PosixFilePermissions.fromString("r--r--r--"));
      if (Files.isWritable(sockets.socket("x"))) { // true for root
        sockets.connect("x").close();
      } else {
        assertThat(refusal("x"))
            .startsWith("permission denied: " + sockets.socket("x") + " is r--r--r--, of ");
      }
    }
  }

  @Test
  void connect_datagramSocket_isNamed() throws IOException {
    try (Program socat =
        Program.start("socat", "-d", "-d", "UNIX-RECV:" + sockets.socket("x"), "STDOUT")) {
      socat.awaitError("(starting data transfer)");
      assertThat(refusal("x")).startsWith(sockets.socket("x") + ": Protocol wrong type");
    }
  }

  @Test
  void info_ofConnection_namesSocketAndBothSides() throws IOException {
    try (FlowListener listener = sockets.listen("x");
        Flow near = sockets.connect("x");
        Flow far = listener.accept()) {
      String socket = sockets.socket("x").toString();
      assertThat(near.info().toString()).isEqualTo("unix(" + socket + ")");
      assertThat(near.info().local()).isEqualTo("client of " + socket);
      assertThat(far.info().local()).isEqualTo(socket);
      assertThat(far.info().toString()).isEqualTo("unix(client of " + socket + ")");
      assertThat(near.find(SocketChannel.class)).isPresent();
    }
  }

  @Test
  void info_peerHasPath_namesIt() throws IOException {
    try (FlowListener listener = sockets.listen("x");
        SocketChannel named = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      named.bind(UnixDomainSocketAddress.of(sockets.socket("me")));
      named.connect(UnixDomainSocketAddress.of(sockets.socket("x")));
      try (Flow far = listener.accept()) {
        assertThat(far.info().toString()).isEqualTo("unix(" + sockets.socket("me") + ")");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void connect_fullQueue_waits(ThreadKind kind) throws Exception {
    try (SocketFolder.FullQueue full = sockets.full("x")) {
      assertThat(full.waiting()).isNotEmpty();
      Running<Flow> third = Running.start(kind, () -> sockets.connect("x")).awaitBlocked();
      full.acceptAll();
      try (Flow connected = third.result();
          SocketChannel accepted = full.server().accept()) {
        connected.write(ByteBuffer.allocate(1));
        assertThat(accepted.read(ByteBuffer.allocate(9))).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void connect_fullQueueAndDeadline_timesOut(ThreadKind kind) throws Exception {
    OpenSockets.assumeCountable();
    try (SocketFolder.FullQueue full = sockets.full("x")) {
      assertThat(full.waiting()).isNotEmpty();
      long before = OpenSockets.count();
      Deadline soon = Deadline.after(Duration.ofMillis(50), TimeSource.system());
      SocketTimeoutException late =
          Running.start(kind, () -> UNIX.connect(endpoint(), soon))
              .failure(SocketTimeoutException.class);
      assertThat(late)
          .hasMessageThat()
          .isEqualTo(
              "no connection to unix(%s): not done within 50 ms".formatted(sockets.socket("x")));
      OpenSockets.awaitCount(before);
    }
  }

  @ParameterizedTest
  @EnumSource
  void connect_fullQueueAndInterrupt_isClosed(ThreadKind kind) throws Exception {
    try (SocketFolder.FullQueue full = sockets.full("x")) {
      assertThat(full.waiting()).isNotEmpty();
      Running<Flow> third = Running.start(kind, () -> sockets.connect("x")).awaitBlocked();
      third.interrupt();
      third.failure(ClosedByInterruptException.class);
      assertThat(third.endedInterrupted()).isTrue();
    }
  }

  @Test
  void connect_deadlinePassedOrInterrupted_connectsNothing() throws Exception {
    try (FlowListener listener = sockets.listen("x")) {
      assertThat(listener.address()).startsWith("unix:/");
      Deadline over = Deadline.after(Duration.ZERO, TimeSource.system());
      assertThrows(SocketTimeoutException.class, () -> UNIX.connect(endpoint(), over));
      Running<Flow> interrupted =
          Running.start(
              ThreadKind.VIRTUAL,
              () -> {
                Thread.currentThread().interrupt();
                return UNIX.connect(endpoint(), soon());
              });
      interrupted.failure(ClosedByInterruptException.class);
    }
  }

  @Test
  void flows_hundredsAtOnce_leaveNoSocketOpen() throws Exception {
    OpenSockets.assumeCountable();
    sockets.listen("x").close();
    long before = OpenSockets.count();
    int count = 300;
    try (FlowListener listener = sockets.listen("x")) {
      List<Running<Integer>> clients = new ArrayList<>();
      List<Running<Integer>> servers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        clients.add(
            Running.start(
                ThreadKind.VIRTUAL,
                () -> {
                  try (Flow flow = sockets.connect("x")) {
                    flow.readTimeout(Duration.ofSeconds(20));
                    flow.write(ByteBuffer.allocate(1));
                    return readOne(flow);
                  }
                }));
      }
      for (int i = 0; i < count; i++) {
        Flow flow = listener.accept();
        servers.add(
            Running.start(
                ThreadKind.VIRTUAL,
                () -> {
                  try (flow) {
                    assertThat(readOne(flow)).isEqualTo(1);
                    return flow.write(ByteBuffer.allocate(1));
                  }
                }));
      }
      for (int i = 0; i < count; i++) {
        assertThat(clients.get(i).result()).isEqualTo(1);
        assertThat(servers.get(i).result()).isEqualTo(1);
      }
    }
    OpenSockets.awaitCount(before);
  }
}
