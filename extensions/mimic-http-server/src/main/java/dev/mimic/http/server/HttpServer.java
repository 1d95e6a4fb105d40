package dev.mimic.http.server;

import static java.util.Objects.requireNonNull;

import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.TimeSource;
import dev.mimic.http.Http;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A server for HTTP/1.1 and HTTP/2 on the flows of a listener. It runs each request in a virtual
 * thread. Thread-safe.
 *
 * <pre>{@code
 * try (HttpServer server =
 *     HttpServer.listen(resolver, "http://localhost:0", request -> HttpResponse.of(200, "hello"))) {
 *   use(server.address());
 * }
 * }</pre>
 *
 * <p>Over TLS the version is negotiated in the handshake (ALPN); the listener must offer it, as
 * {@link #listen} does. Without TLS the version is HTTP/2 if the client sends its preface, and
 * HTTP/1.1 otherwise.
 *
 * <p><b>Failures.</b> A malformed request is reported and answered with status 400 without calling
 * the handler. An exception of the handler is reported and answered with status 500. A body that
 * fails after its head was sent ends the connection, or the HTTP/2 stream, so that the client
 * detects the failure. CONNECT is answered with 501.
 *
 * <p>A program with its own Jetty uses {@link FlowConnector}, on which this class is based.
 */
public final class HttpServer implements Closeable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration INTERRUPT_TIMEOUT = Duration.ofSeconds(5);

  private final VirtualThreadExecutor executor;
  private final Server jetty;
  private final FlowConnector connector;

  private HttpServer(Builder from, FlowListener listener, HttpHandler handler) {
    this.executor = new VirtualThreadExecutor(from.name);
    TimeSource time = from.time == null ? listener.timeSource() : from.time;
    this.jetty = new Server(executor, new TimeSourceScheduler(time), null);
    this.connector = new FlowConnector(jetty, listener, executor, FlowConnector.configuration());
    connector.setTimeSource(time);
    connector.setIdleTimeout(from.idleTimeout.toMillis());
    connector.setShutdownIdleTimeout(from.idleTimeout.toMillis());
    connector.setHeadTimeout(from.headTimeout);
    connector.setMaxConnections(from.maxConnections);
    connector.setReporter(from.reporter);
    HandlerBridge bridge = new HandlerBridge(handler, from.reporter);
    jetty.addConnector(connector);
    jetty.setHandler(bridge);
    jetty.setErrorHandler(bridge::refuse);
    LifeCycle.start(jetty);
  }

  /**
   * Starts a server that owns the listener and reports failures to the log.
   *
   * @param listener the listener; one for TLS must offer {@link Http#ALPN} to enable HTTP/2
   */
  public static HttpServer serve(FlowListener listener, HttpHandler handler) {
    return builder().serve(listener, handler);
  }

  /** Listens on this address for HTTP/1.1 and HTTP/2, and starts a server. */
  public static HttpServer listen(MimicResolver resolver, String address, HttpHandler handler)
      throws IOException {
    return serve(resolver.with(Http.OFFERED).listen(address), handler);
  }

  /** Returns a builder with the settings of {@link #serve}. */
  public static Builder builder() {
    return new Builder();
  }

  /** The settings of a server. Not thread-safe. */
  public static final class Builder {
    private String name = "http-server";
    private FlowServer.Reporter reporter = FlowConnector.LOG;
    private Duration idleTimeout = Duration.ofSeconds(30);
    private Duration headTimeout = FlowConnector.HEAD_TIMEOUT;
    private int maxConnections = FlowConnector.MAX_CONNECTIONS;
    private @Nullable TimeSource time; // null is the listener's

    private Builder() {}

    /** Sets the prefix of the names of the threads. Defaults to {@code http-server}. */
    public Builder name(String prefix) {
      name = requireNonNull(prefix, "prefix");
      return this;
    }

    /**
     * Sets the reporter of failures. Defaults to the log: debug messages for malformed requests and
     * disconnected clients, warnings for everything else.
     */
    public Builder reporter(FlowServer.Reporter reporter) {
      this.reporter = requireNonNull(reporter, "reporter");
      return this;
    }

    /**
     * Sets the time after which a connection is closed if the client neither sends nor reads.
     * Defaults to 30 seconds.
     */
    public Builder idleTimeout(Duration timeout) {
      idleTimeout = FlowConnector.positive(timeout, "timeout");
      return this;
    }

    /**
     * Sets the time limit for the head of a request, from its first byte to its last, on the clock
     * of the listener. The connection is closed if it is exceeded. Defaults to 30 seconds.
     */
    public Builder headTimeout(Duration timeout) {
      headTimeout = FlowConnector.positive(timeout, "timeout");
      return this;
    }

    /**
     * Sets the maximum number of connections; further clients wait until one ends. Defaults to
     * 8192.
     */
    public Builder maxConnections(int max) {
      if (max < 1) {
        throw new IllegalArgumentException("max (%d) must be positive".formatted(max));
      }
      maxConnections = max;
      return this;
    }

    /**
     * Sets the clock of timeouts, except {@link #headTimeout}. Defaults to the clock of the
     * listener. The idle timeout always uses the system clock in addition.
     */
    public Builder timeSource(TimeSource clock) {
      time = requireNonNull(clock, "clock");
      return this;
    }

    /** Starts a server that owns the listener. */
    public HttpServer serve(FlowListener listener, HttpHandler handler) {
      return new HttpServer(
          this, requireNonNull(listener, "listener"), requireNonNull(handler, "handler"));
    }
  }

  /** Returns the address of the listener, which can be resolved; a URL if its scheme is HTTP. */
  public String address() {
    return connector.address();
  }

  /** Returns the number of open connections. */
  public int connections() {
    return connector.connections();
  }

  /**
   * Stops the server. Closes the listener and the connections without a request, sends GOAWAY on
   * the HTTP/2 connections, and closes each other connection after its last response. After the
   * timeout it stops forcibly: it closes the connections and interrupts the threads of the
   * handlers. A handler must not call this method, which would wait for the handler.
   *
   * @param timeout zero or a negative duration stops forcibly at once
   * @return true if all requests were completed, false if the server was stopped forcibly
   */
  public boolean stop(Duration timeout) {
    var unusedFuture = connector.shutdown();
    boolean gracefully = connector.awaitEnd(timeout);
    if (!gracefully) {
      executor.interrupt();
    }
    LifeCycle.stop(jetty);
    if (!executor.awaitTermination(INTERRUPT_TIMEOUT)) {
      executor.interrupt();
      boolean unused = executor.awaitTermination(INTERRUPT_TIMEOUT);
    }
    return gracefully;
  }

  /** Calls {@link #stop} with a timeout of 5 seconds. */
  @Override
  public void close() {
    boolean unused = stop(CLOSE_TIMEOUT);
  }

  /** A scheduler of Jetty that uses a time source and has no thread of its own. */
  private static final class TimeSourceScheduler extends AbstractLifeCycle implements Scheduler {
    private final TimeSource time;

    TimeSourceScheduler(TimeSource time) {
      this.time = time;
    }

    @Override
    public Task schedule(Runnable task, long delay, TimeUnit unit) {
      AtomicBoolean done = new AtomicBoolean(); // started or cancelled
      TimeSource.Timer timer =
          time.schedule(
              Duration.of(delay, unit.toChronoUnit()),
              () -> {
                if (done.compareAndSet(false, true)) {
                  task.run();
                }
              });
      return () -> {
        timer.cancel();
        return done.compareAndSet(false, true);
      };
    }
  }
}
