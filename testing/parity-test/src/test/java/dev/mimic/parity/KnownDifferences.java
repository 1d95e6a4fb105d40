package dev.mimic.parity;

import java.util.List;
import java.util.Optional;

/**
 * The scenarios whose outcome in memory differs from that on TCP. An entry whose scenario ends
 * alike fails the tests, and is to be deleted.
 */
final class KnownDifferences {
  private static final String UNREAD = "A reset in memory discards what the peer has not read";
  private static final String FIRST_WRITE =
      "In memory a close is known to the peer's next write at once, with no round trip";
  private static final String SHUT =
      "In memory, bytes that are written after shutdownInput are dropped, and fill no buffer";
  private static final String BACKLOG = "Linux accepts one connection more than the backlog";
  private static final String BOTH =
      "Linux resets a connection on which bytes arrive after both shutdowns";
  private static final String LINK = "The network in memory has no links that can be cut";

  static final List<Difference> ALL =
      List.of(
          new Difference(
              "Write and reset before the accept",
              """
              connect: ok
              client write 5: ok
              client reset: ok
              accept: ok
              server read: PeerGoneException
              server read: PeerGoneException
              """,
              UNREAD),
          new Difference(
              "Full backlog of 1",
              """
              connect: ok
              connect with a deadline: SocketTimeoutException
              connect with a deadline: SocketTimeoutException
              accept: ok
              connect: ok
              """,
              BACKLOG),
          new Difference(
              "Reset with bytes unread at the peer, which reads",
              """
              server write 5: ok
              server reset: ok
              client available: 0
              client read: PeerGoneException
              client read: PeerGoneException
              client write 5: PeerGoneException
              """,
              UNREAD),
          new Difference(
              "Reset with bytes unread at the peer, which writes first",
              """
              server write 5: ok
              server reset: ok
              client write 5: PeerGoneException
              client read: PeerGoneException
              client read: PeerGoneException
              """,
              UNREAD),
          new Difference(
              "Reset during an own write",
              """
              client write: blocks
              client reset: ok
              client write: AsynchronousCloseException
              server read to the end: PeerGoneException
              server write 5: PeerGoneException
              """,
              UNREAD),
          new Difference(
              "Shutdown of the output after a reset of the peer, then reads",
              """
              server write 5: ok
              server reset: ok
              client shutdownOutput: ok
              client read: PeerGoneException
              client read: PeerGoneException
              """,
              UNREAD),
          new Difference(
              "Shutdown of the input, then more writes than buffers hold",
              """
              client shutdownInput: ok
              server write until it blocks: ok
              """,
              SHUT),
          new Difference(
              "Shutdown of the input during a write of the peer",
              """
              server write: blocks
              client shutdownInput: ok
              client read: -1
              client close: ok
              server write: ok
              """,
              SHUT),
          new Difference(
              "Shutdown of both directions, then writes of the peer",
              """
              client shutdownInput: ok
              client shutdownOutput: ok
              server read: -1
              server write 5: ok
              server write 5: ok
              server read: -1
              client read: -1
              client write 5: ClosedChannelException
              """,
              BOTH),
          new Difference(
              "Close with unread bytes on both sides",
              """
              client write 5: ok
              server write 7: ok
              server close: ok
              client read: PeerGoneException
              client read: PeerGoneException
              client write 5: PeerGoneException
              """,
              UNREAD),
          new Difference(
              "Writes to a closed peer; the end is not read",
              """
              server close: ok
              client write 5: PeerGoneException
              client write 5: PeerGoneException
              client write 5: PeerGoneException
              client read: PeerGoneException
              client read: PeerGoneException
              """,
              FIRST_WRITE),
          new Difference(
              "Writes to a closed peer; the end is read before",
              """
              server close: ok
              client read: -1
              client write 5: PeerGoneException
              client read: -1
              client write 5: PeerGoneException
              client read: -1
              """,
              FIRST_WRITE),
          new Difference(
              "Writes to a closed peer; the end is read between",
              """
              server close: ok
              client write 5: PeerGoneException
              client read: PeerGoneException
              client write 5: PeerGoneException
              client read: PeerGoneException
              """,
              FIRST_WRITE),
          new Difference(
              "Writes to a closed peer; its bytes are read between",
              """
              server write 5: ok
              server close: ok
              client write 5: PeerGoneException
              client read: 5
              client read: PeerGoneException
              client write 5: PeerGoneException
              client read: PeerGoneException
              """,
              FIRST_WRITE),
          new Difference(
              "Writes to a closed peer; its bytes are read after",
              """
              server write 5: ok
              server close: ok
              client write 5: PeerGoneException
              client write 5: PeerGoneException
              client read: 5
              client read: PeerGoneException
              """,
              FIRST_WRITE),
          new Difference(
              "Half-close, then close; the peer writes",
              """
              server shutdownOutput: ok
              client read: -1
              client write 5: ok
              server read: 5
              server close: ok
              client write 5: PeerGoneException
              client write 5: PeerGoneException
              client read: -1
              """,
              FIRST_WRITE),
          new Difference(
              "Close of both sides with bytes on the way",
              """
              client write 5: ok
              client close: ok
              server write 5: PeerGoneException
              server read: 5
              server close: ok
              """,
              FIRST_WRITE),
          new Difference(
              "Write timeout with unread bytes",
              """
              server write 5: ok
              client write until it blocks: SocketTimeoutException
              server read to the end: PeerGoneException
              server write 5: PeerGoneException
              """,
              UNREAD),
          new Difference(
              "Process killed between calls of the peer",
              """
              process is killed: ok
              server read: -1
              server write 5: PeerGoneException
              server write 5: PeerGoneException
              server read: -1
              """,
              FIRST_WRITE),
          new Difference(
              "Process killed with unread bytes on both sides",
              """
              process write 5: ok
              server write 5: ok
              process is killed: ok
              server read: PeerGoneException
              server read: PeerGoneException
              """,
              UNREAD),
          new Difference(
              "Link down, then up",
              """
              link down: UnsupportedOperationException
              """,
              LINK),
          new Difference(
              "Link down, more writes than buffers hold",
              """
              link down: UnsupportedOperationException
              """,
              LINK),
          new Difference(
              "Link down, bytes unread",
              """
              client write 5: ok
              link down: UnsupportedOperationException
              """,
              LINK),
          new Difference(
              "Link down, close, link up",
              """
              link down: UnsupportedOperationException
              """,
              LINK),
          new Difference(
              "Link down, reset, link up; the peer writes",
              """
              link down: UnsupportedOperationException
              """,
              LINK),
          new Difference(
              "Connect while the link is down",
              """
              link down: UnsupportedOperationException
              """,
              LINK));

  private KnownDifferences() {}

  /**
   * A scenario whose outcomes differ.
   *
   * @param title the title of the scenario
   * @param inMemory the outcome in memory, one step on each line
   * @param reason the reason, without a full stop
   */
  record Difference(String title, String inMemory, String reason) {}

  /** Returns the difference of a scenario, or empty if its outcomes are expected to be equal. */
  static Optional<Difference> of(Scenario scenario) {
    return ALL.stream().filter(each -> each.title().equals(scenario.title())).findFirst();
  }
}
