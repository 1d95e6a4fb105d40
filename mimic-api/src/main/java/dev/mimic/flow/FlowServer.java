package dev.mimic.flow;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A server of a {@link FlowListener}: accepts flows, and runs a handler for each one in a virtual
 * thread. Thread-safe.
 *
 * <pre>{@code
 * try (FlowServer server = FlowServer.serve(resolver.listen("tls://localhost:0"), handler)) {
 *   use(server.address());
 * }
 * }</pre>
 *
 * <p><b>Ownership.</b> The server closes the listener, and each flow when its handler returns or
 * throws.
 *
 * <p><b>Failures</b> of a handler concern its own flow only. They go to the {@link Reporter}, and
 * so does an accept that fails without the listener being closed (too many open files), and an
 * {@link OutOfMemoryError} for one flow: the next accept follows after a pause. The first pause is
 * 10 ms, and each one is twice as long, up to a second, until an accept succeeds. Closing the
 * listener ends accepting; running handlers continue.
 */
public final class FlowServer implements Closeable {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final Duration FORCED_LIMIT = Duration.ofSeconds(5);

  /** A handler of flows. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Serves a flow, in a virtual thread that is interrupted if the server is stopped by force. The
     * server closes the flow afterwards.
     */
    void handle(Flow flow) throws Exception;
  }

  /** A receiver of failures. Thread-safe. Exceptions that it throws are logged. */
  @FunctionalInterface
  public interface Reporter {
    /** Receives a failure and what was being done, in the thread where it occurred. */
    void report(String what, Throwable failure);
  }

  private final FlowListener listener;
  private final Handler handler;
  private final ServerReports reports;
  private final ServedFlows served;
  private final ThreadFactory threads;
  private final int maxFlows;

  private FlowServer(Builder builder, FlowListener listener, Handler handler) {
    this.listener = requireNonNull(listener, "listener");
    this.handler = requireNonNull(handler, "handler");
    this.reports = new ServerReports(builder.reporter);
    TimeSource chosen = builder.timeSource;
    this.served = new ServedFlows(chosen == null ? listener.timeSource() : chosen);
    this.threads = Thread.ofVirtual().name(builder.name + "-", 1).factory();
    this.maxFlows = builder.maxFlows;
  }

  /**
   * Returns a running server named {@code flow-server} that reports to the log: gone peers and
   * closed flows at debug, everything else as a warning.
   */
  public static FlowServer serve(FlowListener listener, Handler handler) {
    return builder().serve(listener, handler);
  }

  /** Returns a builder with the same settings as {@link #serve}. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder of a server. Not thread-safe. */
  public static final class Builder {
    private String name = "flow-server";
    private Reporter reporter = ServerReports.LOG;
    private @Nullable TimeSource timeSource; // null is the listener's
    private int maxFlows = Integer.MAX_VALUE;

    private Builder() {}

    /** Sets the prefix of the names of the threads. */
    public Builder name(String name) {
      this.name = requireNonNull(name, "name");
      return this;
    }

    /** Sets the receiver of failures. Defaults to the log. */
    public Builder reporter(Reporter reporter) {
      this.reporter = requireNonNull(reporter, "reporter");
      return this;
    }

    /**
     * Sets the clock of the pauses and of the limits of {@link #stop}. Defaults to the listener's.
     */
    public Builder timeSource(TimeSource timeSource) {
      this.timeSource = requireNonNull(timeSource, "timeSource");
      return this;
    }

    /**
     * Sets how many flows are served at once. At this number the server accepts no further flow,
     * and clients wait in the queue of the listener. Defaults to no limit.
     */
    public Builder maxFlows(int max) {
      if (max < 1) {
        throw new IllegalArgumentException("max (%d) must be positive".formatted(max));
      }
      this.maxFlows = max;
      return this;
    }

    /** Starts a server, which owns the listener. */
    public FlowServer serve(FlowListener listener, Handler handler) {
      FlowServer server = new FlowServer(this, listener, handler);
      Thread accepting =
          Thread.ofVirtual().name(name + "-accept").unstarted(server::acceptUntilClosed);
      server.served.begin(accepting);
      accepting.start();
      return server;
    }
  }

  /** Returns the address of the listener, which can be resolved. */
  public String address() {
    return listener.address();
  }

  /** Returns the number of flows that are being served. */
  public int flows() {
    return served.flows();
  }

  private void acceptUntilClosed() {
    try {
      Duration pause = FIRST_PAUSE;
      while (served.awaitRoom(maxFlows)) {
        if (acceptOrReport()) {
          pause = FIRST_PAUSE;
        } else {
          pauseOrReport(pause);
          pause = longer(pause);
        }
      }
    } catch (ClosedChannelException e) {
      // The listener is closed, by this server or other code: accepting ends.
    } finally {
      closeListener();
      served.end(Thread.currentThread());
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
  }

  /** Accepts and serves one flow; returns false if that failed and can be retried. */
  private boolean acceptOrReport() throws ClosedChannelException {
    Flow flow = null;
    try {
      flow = requireNonNull(listener.accept(), "accepted flow");
      start(flow);
      return true;
    } catch (ClosedChannelException e) {
      throw e;
    } catch (Throwable e) { // also an Error: no memory for a flow, or for its thread
      failed(flow, e);
      return false;
    }
  }

  private void failed(@Nullable Flow flow, Throwable failure) {
    try {
      if (flow != null) {
        closeAndReport(flow);
        reports.report("cannot serve " + ServerReports.peer(flow), failure);
      } else if (!served.isStopping()) {
        reports.report("cannot accept", failure);
      }
    } catch (Throwable e) {
      // There is no memory to report it; the next flow is accepted nevertheless.
    }
  }

  private void pauseOrReport(Duration length) {
    try {
      served.pause(length);
    } catch (Throwable e) { // no memory for a timer: accepts again at once
      reports.report("cannot pause", e);
    }
  }

  private void start(Flow flow) {
    Thread thread = threads.newThread(() -> handle(flow));
    if (!served.begin(thread, flow)) {
      closeAndReport(flow); // accepted while the server was being stopped
      return;
    }
    try {
      thread.start();
    } catch (Throwable e) { // no memory for a thread
      served.end(thread);
      throw e;
    }
  }

  private void handle(Flow flow) {
    try {
      handler.handle(flow);
    } catch (Throwable e) { // also an Error: it concerns this flow, and must be reported
      reports.report("the handler of " + ServerReports.peer(flow) + " failed", e);
    } finally {
      closeAndReport(flow);
      served.end(Thread.currentThread());
    }
  }

  private void closeAndReport(Flow flow) {
    try {
      flow.close();
    } catch (Throwable e) {
      reports.report("cannot close the flow of " + ServerReports.peer(flow), e);
    }
  }

  private void closeListener() {
    try {
      listener.close();
    } catch (Throwable e) {
      reports.report("cannot close the listener", e);
    }
  }

  /**
   * Stops the server: closes the listener at once, and waits for the handlers to return, up to this
   * time. Then it uses force: it closes the remaining flows, interrupts the threads of their
   * handlers, and waits again, up to 5 seconds. Handlers that have still not ended are reported.
   *
   * <p>A handler can call this method. The call does not wait for that handler, whose own flow
   * stays open until it returns, nor for other handlers that stop the server. If the waiting thread
   * is interrupted, force is used at once, and the interrupt status is kept. Several threads can
   * call this method repeatedly; the shortest limit counts.
   *
   * @param atMost zero or less uses force at once
   * @return whether no force was used, by this or another call
   */
  public boolean stop(Duration atMost) {
    requireNonNull(atMost, "atMost");
    served.stopping();
    closeListener();
    try (ServedFlows.Stopper stopper = served.stopper()) {
      if (!endsWithin(atMost, stopper)) {
        force(stopper);
      }
      return !served.isForced();
    }
  }

  private static boolean endsWithin(Duration atMost, ServedFlows.Stopper stopper) {
    try {
      return atMost.isPositive() && stopper.await(atMost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void force(ServedFlows.Stopper stopper) {
    for (ServedFlows.Served each : stopper.takeForForce()) {
      each.flow().ifPresent(this::closeInThread);
      each.thread().interrupt();
    }
    stopper.awaitUninterruptibly(FORCED_LIMIT);
    for (ServedFlows.Served each : stopper.left()) {
      reports.report(
          "stopped, but a thread goes on: "
              + each.flow().map(ServerReports::peer).orElse(each.thread().getName()),
          new TimeoutException("not ended within " + MessageText.of(FORCED_LIMIT)));
    }
  }

  // A close that hangs delays neither the others nor the caller.
  private void closeInThread(Flow flow) {
    Thread closing =
        threads.newThread(
            () -> {
              closeAndReport(flow);
              served.end(Thread.currentThread());
            });
    served.begin(closing);
    closing.start();
  }

  /** Stops as {@link #stop} does, and waits up to 5 seconds before force is used. */
  @Override
  public void close() {
    boolean unused = stop(CLOSE_LIMIT);
  }
}
