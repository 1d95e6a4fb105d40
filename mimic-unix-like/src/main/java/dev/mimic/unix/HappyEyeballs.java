package dev.mimic.unix;

import dev.mimic.Deadline;
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
 * Connects to the first of several addresses that answers, as RFC 8305 has it in sections 4 and 5,
 * so that a family, or an address, that leads nowhere costs a moment and not a time-out.
 *
 * <p>The addresses are tried in order, the families taking turns, beginning with that of the first.
 * An attempt begins a fixed delay after the one before it, or at once when that has failed; the
 * earlier ones go on. The first that connects is returned; all others are closed.
 *
 * @param <C> what is connected; to close it ends an attempt
 */
final class HappyEyeballs<C extends Closeable> {

  /**
   * Makes connections. Thread-safe.
   *
   * @param <C> what is connected
   */
  interface Dialler<C> {
    /** Returns what is to be connected to the address. Does not block. */
    C open(InetAddress address) throws IOException;

    /** Connects it; blocks, until it is closed at most. */
    void connect(C opened, InetAddress address) throws IOException;
  }

  private final Dialler<C> dialler;
  private final Duration attemptDelay;

  HappyEyeballs(Dialler<C> dialler, Duration attemptDelay) {
    this.dialler = dialler;
    this.attemptDelay = attemptDelay;
  }

  /**
   * Returns the first connection, which the caller owns.
   *
   * @param to what the addresses are those of, for messages
   * @param addresses at least one, the preferred first
   * @throws java.net.ConnectException if every attempt failed; each one's exception is suppressed
   *     onto it
   * @throws java.net.SocketTimeoutException if the deadline has passed
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
   */
  C connect(String to, List<InetAddress> addresses, Deadline deadline) throws IOException {
    List<InetAddress> inOrder = interleaved(addresses);
    return inOrder.size() == 1
        ? connectAlone(to, inOrder.getFirst(), deadline)
        : race(to, inOrder, deadline);
  }

  /** Connects in this thread: there is nothing to race with. */
  private C connectAlone(String to, InetAddress address, Deadline deadline) throws IOException {
    Attempt<C> attempt = new Attempt<>(dialler, address, deadline.timeSource());
    if (attempt.failed()) {
      throw Attempt.allFailed(to, List.of(attempt));
    }
    try {
      return deadline.bound(attempt, it -> connectAlone(to, it));
    } catch (SocketTimeoutException e) {
      throw Attempt.timedOut(to, List.of(attempt), e);
    }
  }

  private C connectAlone(String to, Attempt<C> attempt) throws IOException {
    attempt.connect();
    attempt.rethrowIfClosed(); // by the deadline, or by an interrupt
    if (attempt.failed()) {
      throw Attempt.allFailed(to, List.of(attempt));
    }
    return attempt.opened();
  }

  private C race(String to, List<InetAddress> inOrder, Deadline deadline) throws IOException {
    Race<C> race = new Race<>(to, inOrder, dialler, attemptDelay, deadline.timeSource());
    @Nullable Attempt<C> winner = null;
    try {
      winner = deadline.bound(race, Race::run);
      return winner.opened();
    } catch (SocketTimeoutException e) {
      throw Attempt.timedOut(to, race.begun(), e);
    } finally {
      race.closeAllBut(winner);
    }
  }

  /** Returns the addresses with the families taking turns, as long as there are two. */
  static List<InetAddress> interleaved(List<InetAddress> inOrder) {
    Queue<InetAddress> first = new ArrayDeque<>();
    Queue<InetAddress> second = new ArrayDeque<>();
    for (InetAddress each : inOrder) {
      (each.getClass() == inOrder.getFirst().getClass() ? first : second).add(each);
    }
    List<InetAddress> turns = new ArrayList<>();
    while (turns.size() < inOrder.size()) {
      boolean firstsTurn = turns.size() % 2 == 0 || second.isEmpty();
      turns.add((firstsTurn && !first.isEmpty() ? first : second).remove());
    }
    return turns;
  }
}
