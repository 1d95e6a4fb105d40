package dev.mimic.parity;

import dev.mimic.flow.Flow;
import dev.mimic.parity.Scene.Pending;
import java.util.List;

/** Scenarios of connections that one side closes. */
final class Closes {
  private Closes() {}

  static List<Scenario> scenarios() {
    return List.of(
        Scenario.ofPair(
            "Close after a write",
            """
            server write 5: ok
            server close: ok
            server close: ok
            client read: 5
            client read: -1
            client read: -1
            client available: 0
            client close: ok
            """,
            (client, server) -> {
              server.write(5);
              server.close();
              server.close();
              client.read();
              client.read();
              client.read();
              client.available();
              client.close();
            }),
        Scenario.ofPair(
            "Close after a write of 30000 bytes",
            """
            server write 30000: ok
            server close: ok
            client read 30000: the bytes written
            client read: -1
            """,
            (client, server) -> {
              server.write(30_000);
              server.close();
              client.readFully(30_000);
              client.read();
            }),
        Scenario.ofPair(
            "Calls after an own close",
            """
            client close: ok
            client read: ClosedChannelException
            client write 5: ClosedChannelException
            client available: ClosedChannelException
            """,
            (client, server) -> {
              client.close();
              client.read();
              client.write(5);
              client.available();
            }),
        Scenario.ofPair(
            "Close during a read of the peer",
            """
            client read: blocks
            server close: ok
            client read: -1
            """,
            (client, server) -> {
              Pending<Integer> read = client.startRead();
              server.close();
              read.end();
            }),
        Scenario.ofPair(
            "Close during a write of the peer",
            """
            client write: blocks
            server close: ok
            client write: PeerGoneException
            client read: PeerGoneException
            """,
            (client, server) -> {
              Pending<Flow> write = client.startEndlessWrite();
              server.close();
              write.end();
              client.read();
            }),
        Scenario.ofPair(
            "Close during an own read",
            """
            client read: blocks
            client close: ok
            client read: AsynchronousCloseException
            client read: ClosedChannelException
            server read: -1
            """,
            (client, server) -> {
              Pending<Integer> read = client.startRead();
              client.close();
              read.end();
              client.read();
              server.read();
            }),
        Scenario.ofPair(
            "Close during an own write",
            """
            client write: blocks
            client close: ok
            client write: AsynchronousCloseException
            client write 5: ClosedChannelException
            server read to the end: some bytes, then -1
            """,
            (client, server) -> {
              Pending<Flow> write = client.startEndlessWrite();
              server.awaitBytes(1);
              client.close();
              write.end();
              client.write(5);
              server.readToEnd();
            }),
        Scenario.ofPair(
            "Close with unread bytes",
            """
            client write 5: ok
            server close: ok
            client read: PeerGoneException
            client write 5: PeerGoneException
            """,
            (client, server) -> {
              client.write(5);
              server.awaitBytes(5);
              server.close();
              client.awaitReset();
              client.read();
              client.write(5);
            }),
        Scenario.ofPair(
            "Close with unread bytes on both sides",
            """
            client write 5: ok
            server write 7: ok
            server close: ok
            client read: 7
            client read: PeerGoneException
            client write 5: PeerGoneException
            """,
            (client, server) -> {
              client.write(5);
              server.write(7);
              server.awaitBytes(5);
              client.awaitBytes(7);
              server.close();
              client.awaitReset();
              client.read();
              client.read();
              client.write(5);
            }),
        Scenario.ofPair(
            "Half-close, then close with unread bytes",
            """
            client write 5: ok
            server write 7: ok
            server shutdownOutput: ok
            server close: ok
            client read: 7
            client read: -1
            client write 5: PeerGoneException
            """,
            (client, server) -> {
              client.write(5);
              server.awaitBytes(5);
              server.write(7);
              server.shutdownOutput();
              client.awaitBytes(7);
              client.awaitEnd();
              server.close();
              client.awaitReset();
              client.read();
              client.read();
              client.write(5);
            }),
        Scenario.ofPair(
            "Writes to a closed peer; the end is not read",
            """
            server close: ok
            client write 5: ok
            client write 5: PeerGoneException
            client write 5: PeerGoneException
            client read: PeerGoneException
            client read: PeerGoneException
            """,
            (client, server) -> {
              server.close();
              client.awaitEnd();
              client.write(5);
              client.awaitReset();
              client.write(5);
              client.write(5);
              client.read();
              client.read();
            }),
        Scenario.ofPair(
            "Writes to a closed peer; the end is read before",
            """
            server close: ok
            client read: -1
            client write 5: ok
            client read: -1
            client write 5: PeerGoneException
            client read: -1
            """,
            (client, server) -> {
              server.close();
              client.read();
              client.write(5);
              client.awaitReset();
              client.read();
              client.write(5);
              client.read();
            }),
        Scenario.ofPair(
            "Writes to a closed peer; the end is read between",
            """
            server close: ok
            client write 5: ok
            client read: -1
            client write 5: PeerGoneException
            client read: -1
            """,
            (client, server) -> {
              server.close();
              client.awaitEnd();
              client.write(5);
              client.awaitReset();
              client.read();
              client.write(5);
              client.read();
            }),
        Scenario.ofPair(
            "Writes to a closed peer; its bytes are read between",
            """
            server write 5: ok
            server close: ok
            client write 5: ok
            client read: 5
            client read: -1
            client write 5: PeerGoneException
            client read: -1
            """,
            (client, server) -> {
              server.write(5);
              server.close();
              client.awaitBytes(5);
              client.awaitEnd();
              client.write(5);
              client.awaitReset();
              client.read();
              client.read();
              client.write(5);
              client.read();
            }),
        Scenario.ofPair(
            "Writes to a closed peer; its bytes are read after",
            """
            server write 5: ok
            server close: ok
            client write 5: ok
            client write 5: PeerGoneException
            client read: 5
            client read: PeerGoneException
            """,
            (client, server) -> {
              server.write(5);
              server.close();
              client.awaitBytes(5);
              client.awaitEnd();
              client.write(5);
              client.awaitReset();
              client.write(5);
              client.read();
              client.read();
            }),
        Scenario.ofPair(
            "Half-close, then close; the peer writes",
            """
            server shutdownOutput: ok
            client read: -1
            client write 5: ok
            server read: 5
            server close: ok
            client write 5: ok
            client write 5: PeerGoneException
            client read: -1
            """,
            (client, server) -> {
              server.shutdownOutput();
              client.read();
              client.write(5);
              server.read();
              server.close();
              client.write(5);
              client.awaitReset();
              client.write(5);
              client.read();
            }),
        Scenario.ofPair(
            "Close of both sides with bytes on the way",
            """
            client write 5: ok
            client close: ok
            server write 5: ok
            server read: 5
            server close: ok
            """,
            (client, server) -> {
              client.write(5);
              client.close();
              server.awaitBytes(5);
              server.awaitEnd();
              server.write(5);
              server.awaitReset();
              server.read();
              server.close();
            }));
  }
}
