package dev.mimic.parity;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.parity.Scene.Pending;
import java.util.List;

/** Scenarios of a process that is frozen by SIGSTOP or killed by SIGKILL. */
final class Kills {
  private Kills() {}

  /** The steps of a scenario, with a connection from the process to the server. */
  @FunctionalInterface
  private interface Body {
    void run(ProcessSide process, Side server) throws Exception;
  }

  static List<Scenario> scenarios() {
    return List.of(
        scenario(
            "Process killed between calls of the peer",
            """
            process is killed: ok
            server read: -1
            server write 5: ok
            server write 5: PeerGoneException
            server read: -1
            """,
            (process, server) -> {
              process.kill();
              server.read();
              server.write(5);
              server.awaitReset();
              server.write(5);
              server.read();
            }),
        scenario(
            "Process killed during a read of the peer",
            """
            server read: blocks
            process is killed: ok
            server read: -1
            """,
            (process, server) -> {
              Pending<Integer> read = server.startRead();
              process.kill();
              read.end();
            }),
        scenario(
            "Process killed after a write",
            """
            process write 5: ok
            process is killed: ok
            server read: 5
            server read: -1
            """,
            (process, server) -> {
              process.write(5);
              process.kill();
              server.read();
              server.read();
            }),
        scenario(
            "Process killed with unread bytes",
            """
            server write 5: ok
            process is killed: ok
            server read: PeerGoneException
            server write 5: PeerGoneException
            """,
            (process, server) -> {
              server.write(5);
              process.awaitBytes(5);
              process.kill();
              server.awaitReset();
              server.read();
              server.write(5);
            }),
        scenario(
            "Process killed with unread bytes on both sides",
            """
            process write 5: ok
            server write 5: ok
            process is killed: ok
            server read: 5
            server read: PeerGoneException
            """,
            (process, server) -> {
              process.write(5);
              server.awaitBytes(5);
              server.write(5);
              process.awaitBytes(5);
              process.kill();
              server.awaitReset();
              server.read();
              server.read();
            }),
        scenario(
            "Process killed during a write of the peer",
            """
            server write: blocks
            process is killed: ok
            server write: PeerGoneException
            """,
            (process, server) -> {
              Pending<Flow> write = server.startEndlessWrite();
              process.kill();
              write.end();
            }),
        scenario(
            "Process frozen, then killed",
            """
            process write 5: ok
            process is frozen: ok
            server read: 5
            server read with a timeout: SocketTimeoutException
            server write 5: ok
            process is killed: ok
            server read: PeerGoneException
            """,
            (process, server) -> {
              process.write(5);
              process.freeze();
              server.read();
              server.readWithTimeout();
              server.write(5);
              server.awaitDelivered();
              process.kill();
              server.awaitReset();
              server.read();
            }),
        scenario(
            "Process frozen, more writes than buffers hold",
            """
            process is frozen: ok
            server write until it blocks: SocketTimeoutException
            """,
            (process, server) -> {
              process.freeze();
              server.fill();
            }),
        Scenario.of(
            "Connect to a frozen process",
            """
            process is frozen: ok
            connect: ok
            client write 5: ok
            client read with a timeout: SocketTimeoutException
            """,
            scene -> {
              Listening listener = scene.listener();
              ProcessSide process = scene.startProcess(listener.address());
              HostPort at = process.listener();
              process.freeze();
              Side client = scene.connect(at);
              client.write(5);
              client.readWithTimeout();
            }),
        Scenario.of(
            "Connect to a killed process",
            """
            connect: ok
            client read: blocks
            process is killed: ok
            client read: PeerGoneException
            connect: ConnectException
            """,
            scene -> {
              Listening listener = scene.listener();
              ProcessSide process = scene.startProcess(listener.address());
              HostPort at = process.listener();
              Pending<Integer> read = scene.connect(at).startRead();
              process.kill();
              read.end();
              scene.tryConnect(at);
            }));
  }

  private static Scenario scenario(String title, String expected, Body body) {
    return Scenario.of(
        title,
        expected,
        scene -> {
          Listening listener = scene.listener();
          ProcessSide process = scene.startProcess(listener.address());
          body.run(process, new Side(scene, "server", listener.acceptFlow()));
        });
  }
}
