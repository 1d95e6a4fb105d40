package dev.mimic.unix;

import dev.mimic.TimeSource;
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
 * Attempts that race. One thread runs the race and owns its state; the attempts, each in a virtual
 * thread, the timer and {@link #close} only send it events.
 *
 * @param <C> what is connected
 */
final class Race<C extends Closeable> implements Closeable {

  /** What the thread that runs the race waits for. */
  private sealed interface Event<C extends Closeable> {}

  /** An attempt has connected or failed. */
  private record Finished<C extends Closeable>(Attempt<C> attempt) implements Event<C> {}

  /** The delay after an attempt's begin has passed. */
  private record NextIsDue<C extends Closeable>(Attempt<C> after) implements Event<C> {}

  /** Time is up, or the thread is interrupted. */
  private record Over<C extends Closeable>() implements Event<C> {}

  private final BlockingQueue<Event<C>> events = new LinkedBlockingQueue<>();
  private final String to;
  private final Iterator<InetAddress> left;
  private final HappyEyeballs.Dialler<C> dialler;
  private final Duration attemptDelay;
  private final TimeSource time;
  private final List<Attempt<C>> begun = new ArrayList<>();
  private int running;
  private @Nullable Attempt<C> latest;
  private TimeSource.Timer timer = () -> {};

  Race(
      String to,
      List<InetAddress> inOrder,
      HappyEyeballs.Dialler<C> dialler,
      Duration attemptDelay,
      TimeSource time) {
    this.to = to;
    this.left = inOrder.iterator();
    this.dialler = dialler;
    this.attemptDelay = attemptDelay;
    this.time = time;
  }

  /** Returns the first that connects. Closes nothing: that is left to {@link #closeAllBut}. */
  Attempt<C> run() throws IOException {
    beginNext();
    while (running > 0) {
      switch (nextEvent()) {
        case NextIsDue<C> due -> {
          if (due.after() == latest) {
            beginNext();
          }
        }
        case Finished<C> finished -> {
          Attempt<C> attempt = finished.attempt();
          if (!attempt.failed()) {
            return attempt;
          }
          running--;
          if (attempt == latest) {
            beginNext();
          }
        }
        case Over<C> over -> throw new AsynchronousCloseException();
      }
    }
    throw Attempt.allFailed(to, begun);
  }

  private Event<C> nextEvent() throws ClosedByInterruptException {
    try {
      return events.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    }
  }

  /** Begins the next attempt that can be opened, if there is one. */
  private void beginNext() {
    timer.cancel();
    latest = null;
    while (latest == null && left.hasNext()) {
      Attempt<C> attempt = new Attempt<>(dialler, left.next(), time);
      begun.add(attempt);
      if (!attempt.failed()) {
        begin(attempt);
      }
    }
  }

  private void begin(Attempt<C> attempt) {
    latest = attempt;
    running++;
    Thread.ofVirtual()
        .name("mimic attempt to connect to " + to)
        .start(
            () -> {
              attempt.connect();
              events.add(new Finished<>(attempt));
            });
    if (left.hasNext()) {
      timer = time.schedule(attemptDelay, () -> events.add(new NextIsDue<>(attempt)));
    }
  }

  /** Ends the race without a winner, if it still runs. */
  @Override
  public void close() {
    events.add(new Over<>());
  }

  /** Returns the attempts so far; for the thread that runs the race. */
  List<Attempt<C>> begun() {
    return begun;
  }

  /**
   * Closes every attempt, also one that has connected too late; to be called when the race is over,
   * by the thread that ran it.
   */
  void closeAllBut(@Nullable Attempt<C> winner) {
    timer.cancel();
    for (Attempt<C> each : begun) {
      if (each != winner) {
        closeQuietly(each);
      }
    }
  }

  private void closeQuietly(Attempt<C> loser) {
    try {
      loser.close();
    } catch (IOException e) {
      // Nobody has any use for it, nor for how well its close went.
    }
  }
}
