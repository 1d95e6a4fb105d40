package dev.mimic.parity;

import dev.mimic.flow.Flow;
import dev.mimic.parity.Scene.Pending;
import java.util.List;

/** Scenarios of reads and writes that wait, and of what ends the wait. */
final class Waits {
  private static final int MANY_BYTES = 48 << 20;

  private Waits() {}

  static List<Scenario> scenarios() {
    return List.of(
        Scenario.ofPair(
            "Full buffer, drained to the last byte",
            """
            client write 50331648: blocks
            server read 50331648: the bytes written
            client write 50331648: ok
            client close: ok
            server read: -1
            """,
            (client, server) -> {
              Pending<Flow> write = client.startWrite(MANY_BYTES);
              server.readFully(MANY_BYTES);
              write.end();
              client.close();
              server.read();
            }),
        Scenario.ofPair(
            "Full buffers in both directions",
            """
            client write 50331648: blocks
            server write 50331648: blocks
            client read 50331648: the bytes written
            server read 50331648: the bytes written
            client write 50331648: ok
            server write 50331648: ok
            """,
            (client, server) -> {
              Pending<Flow> toServer = client.startWrite(MANY_BYTES);
              Pending<Flow> toClient = server.startWrite(MANY_BYTES);
              client.readFully(MANY_BYTES);
              server.readFully(MANY_BYTES);
              toServer.end();
              toClient.end();
            }),
        Scenario.ofPair(
            "Two writes, one read",
            """
            client write 5: ok
            client write 7: ok
            server available: 12
            server read: 12
            """,
            (client, server) -> {
              client.write(5);
              client.write(7);
              server.awaitBytes(12);
              server.available();
              server.read();
            }),
        Scenario.ofPair(
            "One write, two reads",
            """
            client write 150: ok
            server read: 100
            server read: 50
            server available: 0
            """,
            (client, server) -> {
              client.write(150);
              server.awaitBytes(150);
              server.read();
              server.read();
              server.available();
            }),
        Scenario.ofPair(
            "Write timeout",
            """
            client write until it blocks: SocketTimeoutException
            client write 5: ClosedChannelException
            client read: ClosedChannelException
            server read to the end: some bytes, then -1
            """,
            (client, server) -> {
              client.fill();
              client.write(5);
              client.read();
              server.readToEnd();
            }),
        Scenario.ofPair(
            "Write timeout with unread bytes",
            """
            server write 5: ok
            client write until it blocks: SocketTimeoutException
            server read to the end: some bytes, then PeerGoneException
            server write 5: PeerGoneException
            """,
            (client, server) -> {
              server.write(5);
              client.awaitBytes(5);
              client.fill();
              server.awaitReset();
              server.readToEnd();
              server.write(5);
            }),
        Scenario.ofPair(
            "Read timeout",
            """
            client read with a timeout: SocketTimeoutException
            server write 5: ok
            client read with a timeout: 5
            server close: ok
            client read with a timeout: -1
            """,
            (client, server) -> {
              client.readWithTimeout();
              server.write(5);
              client.readWithTimeout();
              server.close();
              client.readWithTimeout();
            }),
        Scenario.ofPair(
            "Interrupt of a read",
            """
            client read: blocks
            client read is interrupted: ok
            client read: ClosedByInterruptException
            client read: ClosedChannelException
            server read: -1
            """,
            (client, server) -> {
              client.startRead().interrupt();
              client.read();
              server.read();
            }),
        Scenario.ofPair(
            "Interrupt of a write",
            """
            client write: blocks
            client write is interrupted: ok
            client write: ClosedByInterruptException
            client write 5: ClosedChannelException
            server read to the end: some bytes, then -1
            """,
            (client, server) -> {
              Pending<Flow> write = client.startEndlessWrite();
              server.awaitBytes(1);
              write.interrupt();
              client.write(5);
              server.readToEnd();
            }),
        Scenario.ofPair(
            "Read in an interrupted thread",
            """
            server write 5: ok
            client read in an interrupted thread: ClosedByInterruptException
            client read: ClosedChannelException
            server read: PeerGoneException
            """,
            (client, server) -> {
              server.write(5);
              client.awaitBytes(5);
              client.readInterrupted();
              client.read();
              server.awaitReset();
              server.read();
            }));
  }
}
