package dev.mimic.parity;

import java.util.List;
import java.util.Optional;

/**
 * The scenarios whose outcome in memory differs from that on TCP. An entry whose scenario ends
 * alike fails the tests, and is to be deleted.
 */
final class KnownDifferences {
  private static final String BACKLOG = "Linux accepts one connection more than the backlog";
  private static final String BOTH =
      "Linux resets a connection on which bytes arrive after both shutdowns";

  static final List<Difference> ALL =
      List.of(
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
              BOTH));

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
