package dev.mimic;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The Happy Eyeballs algorithm (RFC 8305, sections 4 and 5). It connects to the first of several
 * addresses that answers, so that an unreachable address or family costs a short delay and not a
 * whole timeout.
 *
 * <p>The addresses are tried in order, with alternating families, beginning with the family of the
 * first address. Each attempt starts a fixed delay after the previous one, or immediately when that
 * one has failed. Earlier attempts continue meanwhile. The first connection that succeeds is
 * returned, and all others are closed. Thread-safe; for authors of networks.
 *
 * @param <C> the type of connection; closing it must end a pending connect
 */
public final class HappyEyeballs<C extends Closeable> {

  /**
   * A factory of connections. Thread-safe.
   *
   * @param <C> the type of connection
   */
  public interface Connector<C> {
    /** Returns a new connection that is not connected yet. Does not block. */
    C open(InetAddress address) throws IOException;

    /** Connects it. Blocks until it is connected, has failed, or is closed. */
    void connect(C opened, InetAddress address) throws IOException;
  }

  private final Connector<C> connector;
  private final Duration attemptDelay;
  private final TimeSource time;

  /**
   * Creates the algorithm for one kind of connection.
   *
   * @param attemptDelay the delay between the start of one attempt and that of the next; RFC 8305,
   *     section 5, recommends 250 ms
   * @param time the clock of that delay
   */
  public HappyEyeballs(Connector<C> connector, Duration attemptDelay, TimeSource time) {
    this.connector = connector;
    this.attemptDelay = attemptDelay;
    this.time = time;
  }

  /**
   * Returns the first connection, which the caller owns.
   *
   * @param to the host and port of the addresses, for messages
   * @param addresses at least one address, most preferred first
   * @throws java.net.ConnectException if every attempt failed; each one's exception is suppressed
   *     onto it
   * @throws java.net.SocketTimeoutException if the deadline has passed
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
   */
  public C connect(String to, List<InetAddress> addresses, Deadline deadline) throws IOException {
    List<InetAddress> inOrder = interleaved(addresses);
    return inOrder.size() == 1
        ? connectSingle(to, inOrder.getFirst(), deadline)
        : race(to, inOrder, deadline);
  }

  /** Connects to the only address, in the calling thread. */
  private C connectSingle(String to, InetAddress address, Deadline deadline) throws IOException {
    ConnectionAttempt<C> attempt = new ConnectionAttempt<>(connector, address, time);
    if (attempt.failed()) {
      throw ConnectionAttempt.allFailed(to, List.of(attempt));
    }
    try {
      return deadline.guard(attempt, it -> connectSingle(to, it));
    } catch (SocketTimeoutException e) {
      throw ConnectionAttempt.timedOut(to, List.of(attempt), e);
    }
  }

  private C connectSingle(String to, ConnectionAttempt<C> attempt) throws IOException {
    attempt.connect();
    attempt.rethrowIfClosed(); // by the deadline, or by an interrupt
    if (attempt.failed()) {
      throw ConnectionAttempt.allFailed(to, List.of(attempt));
    }
    return attempt.opened();
  }

  private C race(String to, List<InetAddress> inOrder, Deadline deadline) throws IOException {
    ConnectionRace<C> race = new ConnectionRace<>(to, inOrder, connector, attemptDelay, time);
    @Nullable ConnectionAttempt<C> winner = null;
    try {
      winner = deadline.guard(race, ConnectionRace::run);
      return winner.opened();
    } catch (SocketTimeoutException e) {
      throw ConnectionAttempt.timedOut(to, race.attempts(), e);
    } finally {
      race.closeLosers(winner);
    }
  }

  /** Returns the addresses with alternating families, as long as there are two. */
  public static List<InetAddress> interleaved(List<InetAddress> inOrder) {
    Queue<InetAddress> first = new ArrayDeque<>();
    Queue<InetAddress> second = new ArrayDeque<>();
    for (InetAddress each : inOrder) {
      (each.getClass() == inOrder.getFirst().getClass() ? first : second).add(each);
    }
    List<InetAddress> interleaved = new ArrayList<>();
    while (interleaved.size() < inOrder.size()) {
      boolean takeFirst = interleaved.size() % 2 == 0 || second.isEmpty();
      interleaved.add((takeFirst && !first.isEmpty() ? first : second).remove());
    }
    return interleaved;
  }
}
