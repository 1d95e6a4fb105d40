package dev.mimic.ssh;

import com.jcraft.jsch.Session;
import dev.mimic.flow.TimeSource;
import java.io.Closeable;
import java.time.Duration;

/**
 * A keep-alive timer. It sends a request to a silent server, and closes the transport after three
 * requests without any received byte. A server answers unknown requests too (RFC 4254, section 4).
 *
 * <p>State: {@code lastReceived} and {@code unanswered} are used by one tick after another. Each
 * tick schedules the next one. {@link #close} may be called by any thread.
 */
final class KeepAlive implements Closeable {
  private static final int MAX_UNANSWERED = 3;

  private final Session session;
  private final FlowTransport transport;
  private final Duration interval;
  private final TimeSource time;
  private volatile TimeSource.Timer timer = () -> {};
  private volatile boolean closed;
  private long lastReceived;
  private int unanswered;

  private KeepAlive(Session session, FlowTransport transport, Duration interval, TimeSource time) {
    this.session = session;
    this.transport = transport;
    this.interval = interval;
    this.time = time;
  }

  /** Starts the timer. An interval of zero disables it. */
  static KeepAlive start(
      Session session, FlowTransport transport, Duration interval, TimeSource time) {
    KeepAlive keepAlive = new KeepAlive(session, transport, interval, time);
    if (!interval.isZero()) {
      keepAlive.scheduleNext();
    }
    return keepAlive;
  }

  private void scheduleNext() {
    timer = time.schedule(interval, () -> Thread.ofVirtual().name("mimic ssh").start(this::tick));
    if (closed) {
      timer.cancel();
    }
  }

  private void tick() {
    long received = transport.received();
    boolean silent = transport.isReading() && received == lastReceived;
    unanswered = silent ? unanswered + 1 : 0;
    lastReceived = received;
    if (closed || !session.isConnected()) {
      return;
    }
    if (unanswered > MAX_UNANSWERED) {
      transport.close();
      return;
    }
    scheduleNext();
    if (unanswered > 0) {
      sendRequest();
    }
  }

  private void sendRequest() {
    try {
      session.sendKeepAliveMsg();
    } catch (Exception e) { // declared by JSch
      // The session is closed or about to be.
    }
  }

  @Override
  public void close() {
    closed = true;
    timer.cancel();
  }
}
