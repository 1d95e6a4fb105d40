package dev.mimic;

import dev.mimic.flow.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A race between connection attempts. One thread runs the race and owns all its state except the
 * event queue. The attempts, each in its own virtual thread, the timer and {@link #close} only add
 * events to the queue, which wakes the thread.
 *
 * @param <C> the type of connection
 */
final class ConnectionRace<C extends Closeable> implements Closeable {

  /** An event for the thread that runs the race. */
  private sealed interface Event<C extends Closeable> {}

  /** An attempt has connected or failed. */
  private record Finished<C extends Closeable>(ConnectionAttempt<C> attempt) implements Event<C> {}

  /** The delay since the start of an attempt has passed. */
  private record NextAttemptDue<C extends Closeable>(ConnectionAttempt<C> after)
      implements Event<C> {}

  /** The deadline has passed, or the thread is interrupted. */
  private record Cancelled<C extends Closeable>() implements Event<C> {}

  private final BlockingQueue<Event<C>> events = new LinkedBlockingQueue<>();
  private final String to;
  private final Iterator<InetAddress> remaining;
  private final HappyEyeballs.Connector<C> connector;
  private final Duration attemptDelay;
  private final TimeSource time;
  private final List<ConnectionAttempt<C>> attempts = new ArrayList<>();
  private int running;
  private @Nullable ConnectionAttempt<C> latest;
  private TimeSource.Timer timer = () -> {};

  ConnectionRace(
      String to,
      List<InetAddress> inOrder,
      HappyEyeballs.Connector<C> connector,
      Duration attemptDelay,
      TimeSource time) {
    this.to = to;
    this.remaining = inOrder.iterator();
    this.connector = connector;
    this.attemptDelay = attemptDelay;
    this.time = time;
  }

  /** Returns the first attempt that connects. The caller must then call {@link #closeLosers}. */
  ConnectionAttempt<C> run() throws IOException {
    startNext();
    while (running > 0) {
      switch (nextEvent()) {
        case NextAttemptDue<C> due -> {
          if (due.after() == latest) {
            startNext();
          }
        }
        case Finished<C> finished -> {
          ConnectionAttempt<C> attempt = finished.attempt();
          if (!attempt.failed()) {
            return attempt;
          }
          running--;
          if (attempt == latest) {
            startNext();
          }
        }
        case Cancelled<C> cancelled -> throw new AsynchronousCloseException();
      }
    }
    throw ConnectionAttempt.allFailed(to, attempts);
  }

  private Event<C> nextEvent() throws ClosedByInterruptException {
    try {
      return events.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    }
  }

  /** Starts the next attempt that can be opened, if there is one. */
  private void startNext() {
    timer.cancel();
    latest = null;
    while (latest == null && remaining.hasNext()) {
      ConnectionAttempt<C> attempt = new ConnectionAttempt<>(connector, remaining.next(), time);
      attempts.add(attempt);
      if (!attempt.failed()) {
        start(attempt);
      }
    }
  }

  private void start(ConnectionAttempt<C> attempt) {
    latest = attempt;
    running++;
    Thread.ofVirtual()
        .name("mimic attempt to connect to " + to)
        .start(
            () -> {
              attempt.connect();
              events.add(new Finished<>(attempt));
            });
    if (remaining.hasNext()) {
      timer = time.schedule(attemptDelay, () -> events.add(new NextAttemptDue<>(attempt)));
    }
  }

  /** Ends the race without a winner if it is still running. */
  @Override
  public void close() {
    events.add(new Cancelled<>());
  }

  /** Returns the attempts so far. Only the thread that ran the race may call this. */
  List<ConnectionAttempt<C>> attempts() {
    return attempts;
  }

  /**
   * Closes all attempts except the winner, including those that have connected too late. Only the
   * thread that ran the race may call this, after the race.
   */
  void closeLosers(@Nullable ConnectionAttempt<C> winner) {
    timer.cancel();
    for (ConnectionAttempt<C> each : attempts) {
      if (each != winner) {
        closeQuietly(each);
      }
    }
  }

  private void closeQuietly(ConnectionAttempt<C> loser) {
    try {
      loser.close();
    } catch (IOException e) {
      // The connection is not used, so the failure of its close does not matter.
    }
  }
}
