package dev.mimic.http.server;

import static java.util.Objects.requireNonNull;

import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.FlowServer;
import dev.mimic.PeerGoneException;
import dev.mimic.TimeSource;
import dev.mimic.tls.TlsFlow;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http.UriCompliance.Violation;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.HostPort;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connector of Jetty's {@link Server} that serves the flows of a listener: in memory, on a Unix
 * socket, over TLS, or whatever else the listener accepts. For programs that have a Jetty already,
 * such as those of Spring Boot:
 *
 * <pre>{@code
 * factory.addServerCustomizers(
 *     server -> server.setConnectors(new Connector[] {new FlowConnector(server, listener)}));
 * }</pre>
 *
 * <p>Over TLS the protocol is the one that was agreed on in the handshake: the listener has to
 * offer {@code h2} for HTTP/2 ({@code resolver.listen(address, Http.OFFERED)}). Without TLS it is
 * HTTP/2 if the client begins with its preface, and HTTP/1.1 otherwise.
 *
 * <p><b>Life cycle.</b> It accepts from the start of the server until its shutdown or stop, and is
 * the owner of the listener: it can be started once. {@link #shutdown} closes the connections that
 * carry no request, and each of the others after its last request. A stop closes all.
 *
 * <p><b>Threads.</b> Each connection has a virtual thread, which runs the handler of HTTP/1.1; the
 * requests of HTTP/2 are run by the server's thread pool. Neither the pool's size nor the number of
 * its idle threads limits the connections; {@link #setMaxConnections} does.
 *
 * <p><b>Refused</b> without a handler being called: CONNECT (501), and requests of HTTP/2 that have
 * fields of a connection (RFC 9113, section 8.2.2). A request of HTTP/1.0 with Transfer-Encoding is
 * the last one of its connection (RFC 9112, section 6.1).
 *
 * <p>Settings are made before the start; afterwards it is thread-safe.
 */
public final class FlowConnector extends AbstractConnector {
  private static final Logger LOGGER = LoggerFactory.getLogger(FlowConnector.class);
  static final FlowServer.Reporter LOG = FlowConnector::log;
  private static final int STREAMS = 256;
  static final int HEAD_BYTES = 32 * 1024;
  static final int CONNECTIONS = 8192;
  static final Duration HEAD_LIMIT = Duration.ofSeconds(30);
  private static final Duration IDLE_LIMIT = Duration.ofSeconds(30);

  private final FlowListener listener;
  private final Workers workers;
  private final Set<Flow> handshaking = ConcurrentHashMap.newKeySet();
  private FlowServer.Reporter reporter = LOG;
  private TimeSource time = TimeSource.system();
  private Duration headLimit = HEAD_LIMIT;
  private int maxConnections = CONNECTIONS;
  private volatile boolean shutdown;
  private volatile @Nullable FlowServer flows;

  /** Makes a connector for HTTP/1.1 and HTTP/2, with the settings of {@link #configuration}. */
  public FlowConnector(Server server, FlowListener listener) {
    this(server, listener, configuration());
  }

  /** Makes a connector for HTTP/1.1 and HTTP/2, with these settings. */
  public FlowConnector(Server server, FlowListener listener, HttpConfiguration configuration) {
    this(
        server,
        listener,
        new HttpConnectionFactory(configuration),
        withStreams(new WithPreface(configuration)),
        withStreams(new HTTP2ServerConnectionFactory(configuration)));
  }

  /**
   * Makes a connector for these protocols.
   *
   * @param factories the first is the default; over TLS the one with the name that was agreed on in
   *     the handshake is chosen, without any for TLS itself
   */
  public FlowConnector(Server server, FlowListener listener, ConnectionFactory... factories) {
    this(server, listener, new Workers("flow-connector"), factories);
  }

  FlowConnector(Server server, FlowListener listener, Workers workers, HttpConfiguration with) {
    this(
        server,
        listener,
        workers,
        new HttpConnectionFactory(with),
        withStreams(new WithPreface(with)),
        withStreams(new HTTP2ServerConnectionFactory(with)));
  }

  private FlowConnector(
      Server server, FlowListener listener, Workers workers, ConnectionFactory... factories) {
    super(server, null, null, null, 0, factories);
    this.listener = requireNonNull(listener, "listener");
    this.workers = workers;
    setIdleTimeout(IDLE_LIMIT.toMillis());
    setShutdownIdleTimeout(
        IDLE_LIMIT.toMillis()); // requests that are under way may take their time
  }

  /**
   * Returns the settings that this module serves with: request and response heads of 32 KiB each,
   * no word of the server in responses, and every path that RFC 3986 allows and that stays below
   * the root.
   *
   * <p>Handlers get the path as it was sent, undecoded, so that none of it is ambiguous; see {@code
   * docs/http-server.md} for the violations in Jetty's terms that are allowed for that.
   */
  public static HttpConfiguration configuration() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setRequestHeaderSize(HEAD_BYTES);
    configuration.setMaxResponseHeaderSize(HEAD_BYTES);
    configuration.setSendServerVersion(false);
    configuration.setSendXPoweredBy(false);
    configuration.setUriCompliance(
        new UriCompliance(
            "UNDECODED",
            EnumSet.of(
                Violation.AMBIGUOUS_EMPTY_SEGMENT, // /a//b
                Violation.AMBIGUOUS_PATH_ENCODING, // /100%25
                Violation.AMBIGUOUS_PATH_PARAMETER, // /a/..;x
                Violation.AMBIGUOUS_PATH_SEGMENT, // /a/%2e%2e
                Violation.AMBIGUOUS_PATH_SEPARATOR, // /a%2fb
                Violation.BAD_UTF8_ENCODING, // /%e9, which is Latin-1
                Violation.TRUNCATED_UTF8_ENCODING,
                Violation.SUSPICIOUS_PATH_CHARACTERS))); // /%5c
    // Of a request that names no host, such as HTTP/2's preface; not every flow has one.
    configuration.setServerAuthority(new HostPort("localhost"));
    return configuration;
  }

  private static <F extends HTTP2ServerConnectionFactory> F withStreams(F factory) {
    factory.setMaxConcurrentStreams(STREAMS);
    return factory;
  }

  /** HTTP/2 by its preface alone: the upgrade from HTTP/1.1 is obsolete (RFC 9113, 3.1). */
  private static final class WithPreface extends HTTP2CServerConnectionFactory {
    WithPreface(HttpConfiguration configuration) {
      super(configuration);
    }

    @Override
    public @Nullable Connection upgradeConnection(
        Connector connector,
        EndPoint endPoint,
        MetaData.Request request,
        HttpFields.Mutable response) {
      return HttpMethod.PRI.is(request.getMethod())
          ? super.upgradeConnection(connector, endPoint, request, response)
          : null;
    }
  }

  /** Sets the receiver of failures. Defaults to the log. */
  public void setReporter(FlowServer.Reporter reporter) {
    this.reporter = requireNonNull(reporter, "reporter");
  }

  /**
   * Sets the time that the head of a request may take from its first byte to its last. Defaults to
   * 30 seconds.
   */
  public void setHeadLimit(Duration limit) {
    headLimit = positive(limit, "limit");
  }

  /**
   * Sets how many connections there may be; further ones wait until one of them has ended, without
   * being accepted. Defaults to 8192.
   */
  public void setMaxConnections(int max) {
    if (max < 1) {
      throw new IllegalArgumentException("max (%d) must be positive".formatted(max));
    }
    maxConnections = max;
  }

  static Duration positive(Duration limit, String name) {
    if (!limit.isPositive()) {
      throw new IllegalArgumentException("%s (%s) must be positive".formatted(name, limit));
    }
    return limit;
  }

  void setTimeSource(TimeSource clock) {
    time = clock;
  }

  private static void log(String what, Throwable failure) {
    if (failure instanceof ClosedChannelException
        || failure instanceof PeerGoneException
        || failure instanceof MalformedRequestException) {
      LOGGER.debug("{}", what, failure);
    } else {
      LOGGER.warn("{}", what, failure);
    }
  }

  /** Returns the address of the listener, which can be resolved. */
  public String address() {
    return listener.address();
  }

  /** Returns how many connections there are: none, once a shutdown is complete. */
  public int connections() {
    return handshaking.size() + getConnectedEndPoints().size();
  }

  Workers workers() {
    return workers;
  }

  @Override
  protected void doStart() throws Exception {
    if (flows != null) {
      throw new IllegalStateException(
          "the listener on %s is closed: make another connector".formatted(address()));
    }
    for (ConnectionFactory each : getConnectionFactories()) {
      if (each instanceof HttpConfiguration.ConnectionFactory http) {
        RequestRules.addTo(http.getHttpConfiguration());
      }
    }
    super.doStart();
    flows =
        FlowServer.builder()
            .name(workers.name())
            .reporter(reporter)
            .timeSource(time)
            .maxFlows(maxConnections)
            .serve(listener, this::serve);
  }

  /**
   * Serves a flow until it is closed: after the handshake, if it is of TLS, in the version that was
   * agreed on; without TLS in the one that the client begins with.
   */
  private void serve(Flow flow) throws IOException, InterruptedException {
    ConnectionFactory factory =
        agreed(flow).map(this::getConnectionFactory).orElseGet(this::getDefaultConnectionFactory);
    FlowEndPoint endPoint = new FlowEndPoint(this, flow, new HeadWatch(headLimit));
    endPoint.setIdleTimeout(getIdleTimeout());
    onEndPointOpened(endPoint);
    try {
      endPoint.serve(factory.newConnection(this, endPoint));
    } finally {
      endPoint.close();
      onEndPointClosed(endPoint);
    }
  }

  /** Performs the handshake of TLS, and returns the protocol that was agreed on. */
  private Optional<String> agreed(Flow flow) throws IOException {
    Optional<TlsFlow> tls = flow.find(TlsFlow.class);
    if (tls.isEmpty()) {
      return Optional.empty();
    }
    handshaking.add(flow);
    try {
      if (shutdown) {
        throw new ClosedChannelException();
      }
      tls.get().handshake();
    } finally {
      handshaking.remove(flow);
    }
    return Optional.ofNullable(tls.get().info().attributes().get("alpn"));
  }

  /** Called when the head of a request has not come in time. */
  void headLate(Flow flow) {
    reporter.report(
        "the head of a request from %s has not come within %d ms: its connection is closed"
            .formatted(flow.info().remote(), headLimit.toMillis()),
        new MalformedRequestException("the head of the request is late", new TimeoutException()));
  }

  /**
   * Accepts no more, closes the connections that carry no request, and tells the clients of the
   * others to begin none.
   *
   * @return completes when all connections are closed
   */
  @Override
  public CompletableFuture<Void> shutdown() {
    CompletableFuture<Void> done = super.shutdown();
    shutdown = true;
    closeQuietly(listener::close);
    for (EndPoint each : getConnectedEndPoints()) {
      if (each instanceof FlowEndPoint endPoint) {
        endPoint.end();
      }
    }
    for (Flow each : handshaking) {
      closeQuietly(each::close);
    }
    return done;
  }

  /** Also once {@link #shutdown} has begun. */
  @Override
  public boolean isShutdown() {
    return shutdown || super.isShutdown();
  }

  /** Waits until all connections are closed, or uses force; returns whether it used none. */
  boolean awaitEnd(Duration atMost) {
    FlowServer current = flows;
    return current == null || current.stop(atMost);
  }

  @Override
  protected void doStop() throws Exception {
    shutdown = true;
    boolean unused = awaitEnd(Duration.ZERO);
    for (EndPoint each : getConnectedEndPoints()) {
      each.close();
    }
    super.doStop();
  }

  private interface Closing {
    void close() throws IOException;
  }

  private static void closeQuietly(Closing closing) {
    try {
      closing.close();
    } catch (IOException e) {
      // No caller could do anything about it.
    }
  }

  @Override
  protected void accept(int acceptor) {
    throw new UnsupportedOperationException("flows are accepted by a FlowServer");
  }

  @Override
  public Object getTransport() {
    return this;
  }
}
