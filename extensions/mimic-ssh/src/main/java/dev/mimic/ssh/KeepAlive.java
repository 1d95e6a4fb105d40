package dev.mimic.ssh;

import com.jcraft.jsch.Session;
import dev.mimic.flow.TimeSource;
import java.io.Closeable;
import java.time.Duration;

/**
 * Asks a silent server for a sign of life, and gives it up after three times without any. A server
 * answers whatever it makes of the request (RFC 4254, section 4).
 */
final class KeepAlive implements Closeable {
  private static final int MOST_UNANSWERED = 3;

  private final Session session;
  private final FlowTransport transport;
  private final Duration every;
  private final TimeSource time;
  private volatile TimeSource.Timer timer = () -> {};
  private volatile boolean closed;
  private long seen; // this and the next are used by one tick after the other
  private int unanswered;

  private KeepAlive(Session session, FlowTransport transport, Duration every, TimeSource time) {
    this.session = session;
    this.transport = transport;
    this.every = every;
    this.time = time;
  }

  /** Begins; with an interval of zero it never asks. */
  static KeepAlive start(
      Session session, FlowTransport transport, Duration every, TimeSource time) {
    KeepAlive keepAlive = new KeepAlive(session, transport, every, time);
    if (!every.isZero()) {
      keepAlive.scheduleNext();
    }
    return keepAlive;
  }

  private void scheduleNext() {
    timer = time.schedule(every, () -> Thread.ofVirtual().name("mimic ssh").start(this::tick));
    if (closed) {
      timer.cancel();
    }
  }

  private void tick() {
    long received = transport.received();
    boolean silent = transport.isReading() && received == seen;
    unanswered = silent ? unanswered + 1 : 0;
    seen = received;
    if (closed || !session.isConnected()) {
      return;
    }
    if (unanswered > MOST_UNANSWERED) {
      transport.close();
      return;
    }
    scheduleNext();
    if (unanswered > 0) {
      ask();
    }
  }

  private void ask() {
    try {
      session.sendKeepAliveMsg();
    } catch (Exception e) { // as the library declares it
      // The session has ended, or ends.
    }
  }

  @Override
  public void close() {
    closed = true;
    timer.cancel();
  }
}
