package dev.mimic.parity;

import dev.mimic.flow.Flow;
import dev.mimic.parity.Scene.Pending;
import java.util.List;

/** Scenarios of connections that one side shuts down in one direction. */
final class HalfCloses {
  private HalfCloses() {}

  static List<Scenario> scenarios() {
    return List.of(
        Scenario.ofPair(
            "Half-close of the client",
            """
            client write 5: ok
            client shutdownOutput: ok
            client shutdownOutput: ok
            server read: 5
            server read: -1
            server read: -1
            server write 5: ok
            client read: 5
            client write 5: ClosedChannelException
            server close: ok
            client read: -1
            """,
            (client, server) -> halfClose(client, server)),
        Scenario.ofPair(
            "Half-close of the server",
            """
            server write 5: ok
            server shutdownOutput: ok
            server shutdownOutput: ok
            client read: 5
            client read: -1
            client read: -1
            client write 5: ok
            server read: 5
            server write 5: ClosedChannelException
            client close: ok
            server read: -1
            """,
            (client, server) -> halfClose(server, client)),
        Scenario.ofPair(
            "Half-close of both sides",
            """
            client shutdownOutput: ok
            server shutdownOutput: ok
            client read: -1
            server read: -1
            client write 5: ClosedChannelException
            server write 5: ClosedChannelException
            client close: ok
            server close: ok
            """,
            (client, server) -> {
              client.shutdownOutput();
              server.shutdownOutput();
              client.read();
              server.read();
              client.write(5);
              server.write(5);
              client.close();
              server.close();
            }),
        Scenario.ofPair(
            "Half-close during a read of the peer",
            """
            client read: blocks
            server shutdownOutput: ok
            client read: -1
            """,
            (client, server) -> {
              Pending<Integer> read = client.startRead();
              server.shutdownOutput();
              read.end();
            }),
        Scenario.ofPair(
            "Shutdown of the output during a write",
            """
            client write: blocks
            client shutdownOutput: ok
            client write: AsynchronousCloseException
            server read to the end: some bytes, then -1
            """,
            (client, server) -> {
              Pending<Flow> write = client.startEndlessWrite();
              server.awaitBytes(1);
              client.shutdownOutput();
              write.end();
              server.readToEnd();
            }),
        Scenario.ofPair(
            "Shutdown of the input during a read",
            """
            client read: blocks
            client shutdownInput: ok
            client read: -1
            client read: -1
            """,
            (client, server) -> {
              Pending<Integer> read = client.startRead();
              client.shutdownInput();
              read.end();
              client.read();
            }),
        Scenario.ofPair(
            "Shutdown of the input, then writes of the peer",
            """
            client shutdownInput: ok
            client shutdownInput: ok
            client read: -1
            server write 5: ok
            server write 5: ok
            client read: -1
            client available: 0
            client write 5: ok
            server read: 5
            """,
            (client, server) -> {
              client.shutdownInput();
              client.shutdownInput();
              client.read();
              server.write(5);
              server.write(5);
              client.read();
              client.available();
              client.write(5);
              server.read();
            }),
        Scenario.ofPair(
            "Shutdown of the input, then more writes than buffers hold",
            """
            client shutdownInput: ok
            server write until it blocks: SocketTimeoutException
            """,
            (client, server) -> {
              client.shutdownInput();
              server.fill();
            }),
        Scenario.ofPair(
            "Shutdown of the input during a write of the peer",
            """
            server write: blocks
            client shutdownInput: ok
            client read: -1
            client close: ok
            server write: PeerGoneException
            """,
            (client, server) -> {
              Pending<Flow> write = server.startEndlessWrite();
              client.shutdownInput();
              client.read();
              client.close();
              write.end();
            }),
        Scenario.ofPair(
            "Shutdown of the input with unread bytes, then close",
            """
            server write 5: ok
            client shutdownInput: ok
            client read: -1
            client close: ok
            server read: PeerGoneException
            """,
            (client, server) -> {
              server.write(5);
              client.awaitBytes(5);
              client.shutdownInput();
              client.read();
              client.close();
              server.awaitReset();
              server.read();
            }),
        Scenario.ofPair(
            "Shutdown of the input, later bytes, then close",
            """
            client shutdownInput: ok
            server write 5: ok
            client close: ok
            server read: PeerGoneException
            """,
            (client, server) -> {
              client.shutdownInput();
              server.write(5);
              server.awaitDelivered();
              client.close();
              server.awaitReset();
              server.read();
            }),
        Scenario.ofPair(
            "Shutdown of the input, then close",
            """
            client shutdownInput: ok
            client close: ok
            server read: -1
            """,
            (client, server) -> {
              client.shutdownInput();
              client.close();
              server.read();
            }),
        Scenario.ofPair(
            "Shutdown of both directions, then writes of the peer",
            """
            client shutdownInput: ok
            client shutdownOutput: ok
            server read: -1
            server write 5: ok
            server write 5: PeerGoneException
            server read: -1
            client read: -1
            client write 5: ClosedChannelException
            """,
            (client, server) -> {
              client.shutdownInput();
              client.shutdownOutput();
              server.read();
              server.write(5);
              server.awaitReset();
              server.write(5);
              server.read();
              client.read();
              client.write(5);
            }),
        Scenario.ofPair(
            "Shutdowns after a close",
            """
            client close: ok
            client shutdownInput: ClosedChannelException
            client shutdownOutput: ClosedChannelException
            """,
            (client, server) -> {
              client.close();
              client.shutdownInput();
              client.shutdownOutput();
            }));
  }

  private static void halfClose(Side one, Side other) throws Exception {
    one.write(5);
    one.shutdownOutput();
    one.shutdownOutput();
    other.awaitBytes(5);
    other.read();
    other.read();
    other.read();
    other.write(5);
    one.awaitBytes(5);
    one.read();
    one.write(5);
    other.close();
    one.read();
  }
}
