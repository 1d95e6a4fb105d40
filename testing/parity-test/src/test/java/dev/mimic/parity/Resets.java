package dev.mimic.parity;

import dev.mimic.flow.Flow;
import dev.mimic.parity.Scene.Pending;
import java.util.List;

/** Scenarios of a connection that one side resets. */
final class Resets {
  private Resets() {}

  static List<Scenario> scenarios() {
    return List.of(
        Scenario.ofPair(
            "Reset during a read of the peer",
            """
            client read: blocks
            server reset: ok
            client read: PeerGoneException
            client read: PeerGoneException
            client write 5: PeerGoneException
            """,
            (client, server) -> {
              Pending<Integer> read = client.startRead();
              server.reset();
              read.end();
              client.read();
              client.write(5);
            }),
        Scenario.ofPair(
            "Reset during a write of the peer",
            """
            client write: blocks
            server reset: ok
            client write: PeerGoneException
            client write 5: PeerGoneException
            client read: PeerGoneException
            """,
            (client, server) -> {
              Pending<Flow> write = client.startEndlessWrite();
              server.reset();
              write.end();
              client.write(5);
              client.read();
            }),
        Scenario.ofPair(
            "Reset between calls; the peer reads first",
            """
            server reset: ok
            client available: 0
            client read: PeerGoneException
            client read: PeerGoneException
            client write 5: PeerGoneException
            client close: ok
            """,
            (client, server) -> {
              server.reset();
              client.awaitReset();
              client.available();
              client.read();
              client.read();
              client.write(5);
              client.close();
            }),
        Scenario.ofPair(
            "Reset between calls; the peer writes first",
            """
            server reset: ok
            client write 0: ok
            client write 5: PeerGoneException
            client write 5: PeerGoneException
            client read: PeerGoneException
            client read: PeerGoneException
            """,
            (client, server) -> {
              server.reset();
              client.awaitReset();
              client.write(0);
              client.write(5);
              client.write(5);
              client.read();
              client.read();
            }),
        Scenario.ofPair(
            "Reset with bytes unread at the peer, which reads",
            """
            server write 5: ok
            server reset: ok
            client available: 5
            client read: 5
            client read: PeerGoneException
            client write 5: PeerGoneException
            """,
            (client, server) -> {
              server.write(5);
              client.awaitBytes(5);
              server.reset();
              client.awaitReset();
              client.available();
              client.read();
              client.read();
              client.write(5);
            }),
        Scenario.ofPair(
            "Reset with bytes unread at the peer, which writes first",
            """
            server write 5: ok
            server reset: ok
            client write 5: PeerGoneException
            client read: 5
            client read: PeerGoneException
            """,
            (client, server) -> {
              server.write(5);
              client.awaitBytes(5);
              server.reset();
              client.awaitReset();
              client.write(5);
              client.read();
              client.read();
            }),
        Scenario.ofPair(
            "Reset of a side with unread bytes of its own",
            """
            client write 5: ok
            server reset: ok
            client read: PeerGoneException
            client write 5: PeerGoneException
            """,
            (client, server) -> {
              client.write(5);
              server.awaitBytes(5);
              server.reset();
              client.awaitReset();
              client.read();
              client.write(5);
            }),
        Scenario.ofPair(
            "Reset during an own write",
            """
            client write: blocks
            client reset: ok
            client write: AsynchronousCloseException
            server read to the end: some bytes, then PeerGoneException
            server write 5: PeerGoneException
            """,
            (client, server) -> {
              Pending<Flow> write = client.startEndlessWrite();
              server.awaitBytes(1);
              client.reset();
              write.end();
              server.readToEnd();
              server.write(5);
            }),
        Scenario.ofPair(
            "Half-close, then reset; the peer has read the end",
            """
            server write 5: ok
            server shutdownOutput: ok
            client read: 5
            client read: -1
            server reset: ok
            client read: -1
            client write 5: PeerGoneException
            client read: -1
            """,
            (client, server) -> {
              server.write(5);
              server.shutdownOutput();
              client.read();
              client.read();
              server.reset();
              client.awaitReset();
              client.read();
              client.write(5);
              client.read();
            }),
        Scenario.ofPair(
            "Half-close, then reset; the peer has read nothing",
            """
            server write 5: ok
            server shutdownOutput: ok
            server reset: ok
            client read: 5
            client read: -1
            client write 5: PeerGoneException
            client read: -1
            """,
            (client, server) -> {
              server.write(5);
              server.shutdownOutput();
              client.awaitBytes(5);
              client.awaitEnd();
              server.reset();
              client.awaitReset();
              client.read();
              client.read();
              client.write(5);
              client.read();
            }),
        Scenario.ofPair(
            "Half-close, then reset; the peer writes before it reads",
            """
            server write 5: ok
            server shutdownOutput: ok
            server reset: ok
            client write 5: PeerGoneException
            client read: 5
            client read: PeerGoneException
            """,
            (client, server) -> {
              server.write(5);
              server.shutdownOutput();
              client.awaitBytes(5);
              client.awaitEnd();
              server.reset();
              client.awaitReset();
              client.write(5);
              client.read();
              client.read();
            }),
        Scenario.ofPair(
            "Half-close of the peer, then reset",
            """
            client write 5: ok
            client shutdownOutput: ok
            server read: 5
            server read: -1
            server reset: ok
            client read: PeerGoneException
            client write 5: ClosedChannelException
            """,
            (client, server) -> {
              client.write(5);
              client.shutdownOutput();
              server.read();
              server.read();
              server.reset();
              client.awaitReset();
              client.read();
              client.write(5);
            }),
        Scenario.ofPair(
            "Shutdowns after a reset of the peer",
            """
            server reset: ok
            client shutdownOutput: ok
            client shutdownInput: ok
            client read: -1
            client write 5: ClosedChannelException
            client close: ok
            """,
            (client, server) -> {
              server.reset();
              client.awaitReset();
              client.shutdownOutput();
              client.shutdownInput();
              client.read();
              client.write(5);
              client.close();
            }),
        Scenario.ofPair(
            "Shutdown of the output after a reset of the peer, then reads",
            """
            server write 5: ok
            server reset: ok
            client shutdownOutput: ok
            client read: 5
            client read: PeerGoneException
            """,
            (client, server) -> {
              server.write(5);
              client.awaitBytes(5);
              server.reset();
              client.awaitReset();
              client.shutdownOutput();
              client.read();
              client.read();
            }),
        Scenario.ofPair(
            "Reset of both sides",
            """
            server reset: ok
            client reset: ok
            client read: ClosedChannelException
            server read: ClosedChannelException
            """,
            (client, server) -> {
              server.reset();
              client.awaitReset();
              client.reset();
              client.read();
              server.read();
            }));
  }
}
