package dev.mimic.http.server;

import static java.util.Objects.requireNonNull;

import dev.mimic.FlowListener;
import dev.mimic.FlowServer;
import dev.mimic.MimicResolver;
import dev.mimic.TimeSource;
import dev.mimic.http.Http;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * A server of HTTP/1.1 and HTTP/2 on the flows of a listener, which runs each request in a virtual
 * thread. Thread-safe.
 *
 * <pre>{@code
 * try (HttpServer server =
 *     HttpServer.listen(resolver, "http://localhost:0", request -> HttpResponse.of(200, "hello"))) {
 *   use(server.address());
 * }
 * }</pre>
 *
 * <p>Over TLS the version is the one that was agreed on in the handshake, which the listener has to
 * offer ({@link #listen} sees to that). Without TLS it is HTTP/2 if the client begins with its
 * preface, and HTTP/1.1 otherwise.
 *
 * <p><b>Failures.</b> A malformed request is answered with status 400, and reported as such; no
 * handler is called. A handler that throws is status 500, and is reported. A body that fails after
 * its head was sent ends the connection, or the stream of HTTP/2: the client does not take it for
 * complete. CONNECT is answered with 501.
 *
 * <p>A program that has a Jetty of its own uses {@link FlowConnector}, on which this is built.
 */
public final class HttpServer implements Closeable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final Duration FORCED_LIMIT = Duration.ofSeconds(5);

  private final Workers workers;
  private final Server jetty;
  private final FlowConnector connector;

  private HttpServer(Builder from, FlowListener listener, HttpHandler handler) {
    this.workers = new Workers(from.name);
    this.jetty = new Server(workers, new FlowScheduler(from.time), null);
    this.connector = new FlowConnector(jetty, listener, workers, FlowConnector.configuration());
    connector.setTimeSource(from.time);
    connector.setIdleTimeout(from.idleLimit.toMillis());
    connector.setShutdownIdleTimeout(from.idleLimit.toMillis());
    connector.setHeadLimit(from.headLimit);
    connector.setMaxConnections(from.maxConnections);
    connector.setReporter(from.reporter);
    HandlerBridge bridge = new HandlerBridge(handler, from.reporter);
    jetty.addConnector(connector);
    jetty.setHandler(bridge);
    jetty.setErrorHandler(bridge::refuse);
    LifeCycle.start(jetty);
  }

  /**
   * Returns a server that accepts already, reports to the log, and owns the listener.
   *
   * @param listener one of TLS has to offer {@link Http#ALPN} for HTTP/2 to be spoken
   */
  public static HttpServer serve(FlowListener listener, HttpHandler handler) {
    return builder().serve(listener, handler);
  }

  /** Listens on this address, for both versions, and returns a server that accepts already. */
  public static HttpServer listen(MimicResolver resolver, String address, HttpHandler handler)
      throws IOException {
    return serve(resolver.listen(address, Http.OFFERED), handler);
  }

  /** Returns a builder with the same settings as {@link #serve}. */
  public static Builder builder() {
    return new Builder();
  }

  /** Settings of a server. Not thread-safe. */
  public static final class Builder {
    private String name = "http-server";
    private FlowServer.Reporter reporter = FlowConnector.LOG;
    private Duration idleLimit = Duration.ofSeconds(30);
    private Duration headLimit = FlowConnector.HEAD_LIMIT;
    private int maxConnections = FlowConnector.CONNECTIONS;
    private TimeSource time = TimeSource.system();

    private Builder() {}

    /** Sets the beginning of the names of the threads. */
    public Builder name(String prefix) {
      name = requireNonNull(prefix, "prefix");
      return this;
    }

    /**
     * Sets the reporter of failures. Defaults to the log: malformed requests and clients that are
     * gone at debug, everything else as a warning.
     */
    public Builder reporter(FlowServer.Reporter told) {
      reporter = requireNonNull(told, "told");
      return this;
    }

    /** Sets how long a client may neither send nor take anything. Defaults to 30 seconds. */
    public Builder idleLimit(Duration limit) {
      idleLimit = FlowConnector.positive(limit, "limit");
      return this;
    }

    /**
     * Sets how long the head of a request may take from its first byte to its last; then the
     * connection is closed. Defaults to 30 seconds.
     */
    public Builder headLimit(Duration limit) {
      headLimit = FlowConnector.positive(limit, "limit");
      return this;
    }

    /**
     * Sets how many connections there may be; further clients wait until one has ended. Defaults to
     * 8192.
     */
    public Builder maxConnections(int max) {
      if (max < 1) {
        throw new IllegalArgumentException("max (%d) must be positive".formatted(max));
      }
      maxConnections = max;
      return this;
    }

    /** Sets the clock of limits; the limit of idle clients looks at the system's too. */
    public Builder timeSource(TimeSource clock) {
      time = requireNonNull(clock, "clock");
      return this;
    }

    /** Returns a server that accepts already, and owns the listener. */
    public HttpServer serve(FlowListener listener, HttpHandler handler) {
      return new HttpServer(
          this, requireNonNull(listener, "listener"), requireNonNull(handler, "handler"));
    }
  }

  /** Returns the address of the listener, which can be resolved, and is a URL if it is of HTTP. */
  public String address() {
    return connector.address();
  }

  /** Returns how many connections are being served. */
  public int connections() {
    return connector.connections();
  }

  /**
   * Stops: closes the listener and the connections that carry no request, tells the clients of the
   * others to begin none, and closes each of them after its last response. When the time is over,
   * force is used: the connections are closed, and the handlers' threads interrupted. A handler may
   * not call this and wait for itself.
   *
   * @param atMost zero, or less, uses force at once
   * @return whether no force was used
   */
  public boolean stop(Duration atMost) {
    var unusedFuture = connector.shutdown();
    boolean gracefully = connector.awaitEnd(atMost);
    if (!gracefully) {
      workers.interrupt();
    }
    LifeCycle.stop(jetty);
    if (!workers.awaitNone(FORCED_LIMIT)) {
      workers.interrupt();
      boolean unused = workers.awaitNone(FORCED_LIMIT);
    }
    return gracefully;
  }

  /** Stops as {@link #stop} does, and waits up to 5 seconds before force is used. */
  @Override
  public void close() {
    boolean unused = stop(CLOSE_LIMIT);
  }
}
