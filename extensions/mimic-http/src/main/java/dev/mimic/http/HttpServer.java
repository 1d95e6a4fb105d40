package dev.mimic.http;

import static java.util.Objects.requireNonNull;

import dev.mimic.FlowListener;
import dev.mimic.FlowServer;
import dev.mimic.MimicResolver;
import dev.mimic.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves HTTP/1.1 and HTTP/2 on the flows of a listener, each request in a virtual thread of its
 * own. Thread-safe.
 *
 * <pre>{@code
 * try (HttpServer server =
 *     HttpServer.listen(resolver, "http://localhost:0", request -> HttpResponse.of(200, "hello"))) {
 *   use(server.address());
 * }
 * }</pre>
 *
 * <p>Over TLS the version is what was agreed on in the handshake, which the listener has to offer
 * ({@link #listen} sees to that); in clear it is HTTP/2 if the client begins with its preface, and
 * HTTP/1.1 otherwise.
 *
 * <p><b>Failures.</b> A request that is malformed is answered with status 400, and not handed on. A
 * handler that throws is status 500, and told to the reporter. A body that fails after its head was
 * sent ends the connection, or the stream of HTTP/2: the client does not take it for complete.
 */
public final class HttpServer implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final Duration FORCED_LIMIT = Duration.ofSeconds(5);

  private final Workers workers;
  private final Server jetty;
  private final FlowConnector connector;
  private final FlowServer flows;

  private HttpServer(Builder from, FlowListener listener, HttpHandler handler) {
    this.workers = new Workers(from.name);
    FlowScheduler scheduler = new FlowScheduler(from.time);
    this.jetty = new Server(workers, scheduler, null);
    this.connector = new FlowConnector(jetty, scheduler, workers, from.idleLimit);
    jetty.addConnector(connector);
    jetty.setHandler(new HandlerBridge(handler, from.reporter));
    jetty.setErrorHandler(HandlerBridge::refuse);
    LifeCycle.start(jetty);
    this.flows =
        FlowServer.builder()
            .name(from.name)
            .reporter(from.reporter)
            .timeSource(from.time)
            .serve(listener, connector::serve);
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
    private FlowServer.Reporter reporter = HttpServer::log;
    private Duration idleLimit = Duration.ofSeconds(30);
    private TimeSource time = TimeSource.system();

    private Builder() {}

    /** Sets what the names of the threads begin with. */
    public Builder name(String prefix) {
      name = requireNonNull(prefix, "prefix");
      return this;
    }

    /** Sets who is told of failures. */
    public Builder reporter(FlowServer.Reporter told) {
      reporter = requireNonNull(told, "told");
      return this;
    }

    /** Sets how long a client may neither send nor take anything; 30 seconds at first. */
    public Builder idleLimit(Duration limit) {
      idleLimit = Timeouts.checked(limit, "limit");
      return this;
    }

    /** Sets the clock of limits; that of idle clients looks at the system's too. */
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

  private static void log(String what, Throwable failure) {
    if (failure instanceof ClosedChannelException
        || failure instanceof dev.mimic.PeerGoneException) {
      LOG.debug("{}", what, failure);
    } else {
      LOG.warn("{}", what, failure);
    }
  }

  /** Returns the address of the listener, which can be resolved, and is a URL if it is of HTTP. */
  public String address() {
    return flows.address();
  }

  /** Returns how many connections are being served. */
  public int connections() {
    return flows.flows();
  }

  /**
   * Stops: closes the listener and the connections that carry no request, tells clients to begin
   * nothing new on the others, and waits for the requests that are being answered. When the time is
   * over, force is used: the connections are closed, and the handlers' threads interrupted. A
   * handler may not call this and wait for itself.
   *
   * @param atMost zero, or less, uses force at once
   * @return whether no force was used
   */
  public boolean stop(Duration atMost) {
    connector.end();
    boolean gracefully = flows.stop(atMost);
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
