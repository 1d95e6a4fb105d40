package dev.mimic.parity;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.parity.Scene.Pending;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Scenarios of listening and connecting. */
final class Listeners {
  private static final int MANY_FLOWS = 1000;

  private Listeners() {}

  static List<Scenario> scenarios() {
    return List.of(
        Scenario.of(
            "Connect to a port without a listener",
            """
            listener close: ok
            connect: ConnectException
            """,
            scene -> {
              Listening listener = scene.listener();
              listener.close();
              listener.tryConnect();
            }),
        Scenario.of(
            "Connect to port 0",
            """
            connect: ConnectException
            """,
            scene -> scene.tryConnect(new HostPort(scene.network().server(), 0))),
        Scenario.of(
            "Connect in an interrupted thread",
            """
            connect in an interrupted thread: ClosedByInterruptException
            """,
            scene -> scene.listener().connectInterrupted()),
        Scenario.of(
            "Connect with an expired deadline",
            """
            connect: SocketTimeoutException
            """,
            scene -> {
              HostPort at = scene.listener().address();
              scene.step("connect", () -> scene.connectWithin(at, Duration.ZERO));
            }),
        Scenario.of(
            "Listen on a port that is in use",
            """
            listen: BindException
            """,
            scene -> scene.listener().listenAgain()),
        Scenario.of(
            "Listen again on a port that has an accepted connection",
            """
            connect: ok
            accept: ok
            listener close: ok
            listen: ok
            connect: ok
            accept: ok
            client write 5: ok
            server read: 5
            """,
            scene -> {
              Listening listener = scene.listener();
              Side client = listener.connect();
              Side server = listener.accept();
              listener.close();
              Listening again = listener.listenAgain().orElseThrow();
              again.connect();
              again.accept();
              client.write(5);
              server.read();
            }),
        Scenario.of(
            "Listen on the wildcard address of a port that is in use",
            """
            listen: BindException
            """,
            scene -> {
              HostPort used = scene.listener().address();
              scene.tryListen(new HostPort("0.0.0.0", used.port()));
            }),
        Scenario.of(
            "Listen on an address of another host",
            """
            listen: BindException
            """,
            scene -> {
              scene.tryListen(new HostPort("192.0.2.1", 0));
            }),
        Scenario.of(
            "Two connects, two accepts",
            """
            connect: ok
            client write 1: ok
            connect: ok
            client write 2: ok
            accept: ok
            server read: 1
            accept: ok
            server read: 2
            """,
            scene -> {
              Listening listener = scene.listener();
              listener.connect().write(1);
              listener.connect().write(2);
              Side first = listener.accept();
              first.awaitBytes(1);
              first.read();
              Side second = listener.accept();
              second.awaitBytes(2);
              second.read();
            }),
        Scenario.of(
            "Write before the accept",
            """
            connect: ok
            client write 5: ok
            accept: ok
            server read: 5
            """,
            scene -> {
              Listening listener = scene.listener();
              listener.connect().write(5);
              Side server = listener.accept();
              server.awaitBytes(5);
              server.read();
            }),
        Scenario.of(
            "Write and close before the accept",
            """
            connect: ok
            client write 5: ok
            client close: ok
            accept: ok
            server read: 5
            server read: -1
            """,
            scene -> {
              Listening listener = scene.listener();
              Side client = listener.connect();
              client.write(5);
              client.close();
              Side server = listener.accept();
              server.read();
              server.read();
            }),
        Scenario.of(
            "Reset before the accept",
            """
            connect: ok
            client reset: ok
            accept: ok
            server read: PeerGoneException
            server write 5: PeerGoneException
            """,
            scene -> {
              Listening listener = scene.listener();
              listener.connect().reset();
              Side server = listener.accept();
              server.awaitReset();
              server.read();
              server.write(5);
            }),
        Scenario.of(
            "Write and reset before the accept",
            """
            connect: ok
            client write 5: ok
            client reset: ok
            accept: ok
            server read: 5
            server read: PeerGoneException
            """,
            scene -> {
              Listening listener = scene.listener();
              Side client = listener.connect();
              client.write(5);
              client.reset();
              Side server = listener.accept();
              server.awaitReset();
              server.read();
              server.read();
            }),
        Scenario.of(
            "Accept on a closed listener",
            """
            listener close: ok
            accept: ClosedChannelException
            """,
            scene -> {
              Listening listener = scene.listener();
              listener.close();
              listener.tryAccept();
            }),
        Scenario.of(
            "Close of a listener during an accept",
            """
            accept: blocks
            listener close: ok
            accept: AsynchronousCloseException
            connect: ConnectException
            """,
            scene -> {
              Listening listener = scene.listener();
              Pending<Flow> accept = listener.startAccept();
              listener.close();
              accept.end();
              listener.tryConnect();
            }),
        Scenario.of(
            "Interrupt of an accept",
            """
            accept: blocks
            accept is interrupted: ok
            accept: ClosedByInterruptException
            accept: ClosedChannelException
            connect: ConnectException
            """,
            scene -> {
              Listening listener = scene.listener();
              listener.startAccept().interrupt();
              listener.tryAccept();
              listener.tryConnect();
            }),
        Scenario.of(
            "Close of a listener with an unaccepted connection, then reads",
            """
            connect: ok
            listener close: ok
            client read: PeerGoneException
            client write 5: PeerGoneException
            """,
            scene -> {
              Listening listener = scene.listener();
              Side client = listener.connect();
              listener.close();
              client.awaitReset();
              client.read();
              client.write(5);
            }),
        Scenario.of(
            "Close of a listener with an unaccepted connection, then writes",
            """
            connect: ok
            listener close: ok
            client write 5: PeerGoneException
            client read: PeerGoneException
            """,
            scene -> {
              Listening listener = scene.listener();
              Side client = listener.connect();
              listener.close();
              client.awaitReset();
              client.write(5);
              client.read();
            }),
        Scenario.of(
            "Close of a listener with an unaccepted connection that reads",
            """
            connect: ok
            client read: blocks
            listener close: ok
            client read: PeerGoneException
            """,
            scene -> {
              Listening listener = scene.listener();
              Pending<Integer> read = listener.connect().startRead();
              listener.close();
              read.end();
            }),
        Scenario.of(
            "Full backlog of 1",
            """
            connect: ok
            connect with a deadline: ok
            connect with a deadline: SocketTimeoutException
            accept: ok
            connect: ok
            """,
            scene -> {
              Listening listener = scene.listener(1);
              listener.connect();
              listener.connectWithDeadline();
              listener.connectWithDeadline();
              listener.accept();
              listener.tryConnect();
            }),
        Scenario.of(
            "Full backlog, drained during a connect",
            """
            connect: blocks
            accept: ok
            connect: ok
            """,
            scene -> {
              Listening listener = filled(scene);
              Pending<Flow> connect = listener.startConnect();
              listener.accept();
              connect.end();
            }),
        Scenario.of(
            "Full backlog, listener closed during a connect",
            """
            connect: blocks
            listener close: ok
            connect: ConnectException
            """,
            scene -> {
              Listening listener = filled(scene);
              Pending<Flow> connect = listener.startConnect();
              listener.close();
              connect.end();
            }),
        Scenario.of(
            "Full backlog, connect interrupted",
            """
            connect: blocks
            connect is interrupted: ok
            connect: ClosedByInterruptException
            """,
            scene -> filled(scene).startConnect().interrupt()),
        Scenario.of(
            "A thousand connections at once",
            """
            connect 1000: 499500
            """,
            scene -> {
              Listening listener = scene.listener(MANY_FLOWS);
              scene.step("connect 1000", () -> exchange(listener));
            }));
  }

  /** Returns a listener whose backlog has no room left, whatever its size is. */
  private static Listening filled(Scene scene) throws Exception {
    Listening listener = scene.listener(1);
    while (true) {
      try {
        listener.connectWithin(Duration.ofMillis(300));
      } catch (SocketTimeoutException e) {
        return listener;
      }
    }
  }

  /** Opens all connections, then sends a number through each. Returns the sum of what arrived. */
  private static int exchange(Listening listener) throws Exception {
    List<Flow> clients = new ArrayList<>();
    List<Flow> servers = new ArrayList<>();
    for (int i = 0; i < MANY_FLOWS; i++) {
      clients.add(listener.connectWithin(Duration.ofSeconds(20)));
    }
    for (int i = 0; i < MANY_FLOWS; i++) {
      servers.add(listener.acceptFlow());
    }
    for (int i = 0; i < MANY_FLOWS; i++) {
      clients.get(i).write(ByteBuffer.allocate(Integer.BYTES).putInt(0, i));
    }
    int sum = 0;
    for (Flow server : servers) {
      ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);
      while (number.hasRemaining()) {
        int unused = server.read(number);
      }
      sum += number.getInt(0);
    }
    return sum;
  }
}
