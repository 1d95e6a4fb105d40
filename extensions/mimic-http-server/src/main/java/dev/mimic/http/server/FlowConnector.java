package dev.mimic.http.server;

import static java.util.Objects.requireNonNull;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.flow.TimeSource;
import dev.mimic.tls.TlsFlow;
import java.io.Closeable;
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
 * A connector of Jetty's {@link Server} that serves the flows of a listener, for example in memory,
 * on a Unix socket or over TLS. For programs with their own Jetty, such as those of Spring Boot:
 *
 * <pre>{@code
 * factory.addServerCustomizers(
 *     server -> server.setConnectors(new Connector[] {new FlowConnector(server, listener)}));
 * }</pre>
 *
 * <p>Over TLS the protocol is negotiated in the handshake (ALPN). To enable HTTP/2, the listener
 * must offer {@code h2} ({@code resolver.with(Http.OFFERED).listen(address)}). Without TLS the
 * protocol is HTTP/2 if the client sends its preface, and HTTP/1.1 otherwise.
 *
 * <p><b>Life cycle.</b> The connector accepts connections from the start of the server until its
 * shutdown or stop. It owns the listener, so it can be started only once. {@link #shutdown} closes
 * connections without a request at once, and the others after their last request. Stopping closes
 * all connections.
 *
 * <p><b>Threads.</b> Each connection has a virtual thread, which also runs the handler of HTTP/1.1.
 * HTTP/2 requests run in the server's thread pool. The size of the pool does not limit the number
 * of connections; {@link #setMaxConnections} does.
 *
 * <p><b>Refused requests.</b> CONNECT (501) and HTTP/2 requests with connection fields (RFC 9113,
 * section 8.2.2) do not reach a handler. An HTTP/1.0 request with Transfer-Encoding is the last one
 * of its connection (RFC 9112, section 6.1).
 *
 * <p>Call the setters before the start. Afterwards the connector is thread-safe.
 */
public final class FlowConnector extends AbstractConnector {
  private static final Logger LOGGER = LoggerFactory.getLogger(FlowConnector.class);
  static final FlowServer.Reporter LOG = FlowConnector::log;
  private static final int MAX_STREAMS = 256;
  static final int MAX_HEAD_BYTES = 32 * 1024;
  static final int MAX_CONNECTIONS = 8192;
  static final Duration HEAD_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);

  private final FlowListener listener;
  private final VirtualThreadExecutor executor;
  private final Set<Flow> handshaking = ConcurrentHashMap.newKeySet();
  private FlowServer.Reporter reporter = LOG;
  private TimeSource time = TimeSource.system();
  private Duration headTimeout = HEAD_TIMEOUT;
  private int maxConnections = MAX_CONNECTIONS;
  private volatile boolean shutdown;
  private volatile @Nullable FlowServer flows;

  /** Creates a connector for HTTP/1.1 and HTTP/2 with the settings of {@link #configuration}. */
  public FlowConnector(Server server, FlowListener listener) {
    this(server, listener, configuration());
  }

  /** Creates a connector for HTTP/1.1 and HTTP/2 with these settings. */
  public FlowConnector(Server server, FlowListener listener, HttpConfiguration configuration) {
    this(
        server,
        listener,
        new HttpConnectionFactory(configuration),
        withMaxStreams(new PrefaceConnectionFactory(configuration)),
        withMaxStreams(new HTTP2ServerConnectionFactory(configuration)));
  }

  /**
   * Creates a connector for these protocols.
   *
   * @param factories the factories of the protocols above TLS; over TLS the name negotiated in the
   *     handshake selects one, and otherwise the first is used
   */
  public FlowConnector(Server server, FlowListener listener, ConnectionFactory... factories) {
    this(server, listener, new VirtualThreadExecutor("flow-connector"), factories);
  }

  FlowConnector(
      Server server,
      FlowListener listener,
      VirtualThreadExecutor executor,
      HttpConfiguration with) {
    this(
        server,
        listener,
        executor,
        new HttpConnectionFactory(with),
        withMaxStreams(new PrefaceConnectionFactory(with)),
        withMaxStreams(new HTTP2ServerConnectionFactory(with)));
  }

  private FlowConnector(
      Server server,
      FlowListener listener,
      VirtualThreadExecutor executor,
      ConnectionFactory... factories) {
    super(server, null, null, null, 0, factories);
    this.listener = requireNonNull(listener, "listener");
    this.executor = executor;
    setIdleTimeout(IDLE_TIMEOUT.toMillis());
    setShutdownIdleTimeout(IDLE_TIMEOUT.toMillis()); // running requests keep their idle timeout
  }

  /**
   * Returns the default settings of this module: request and response heads of up to 32 KiB each,
   * no name of the server in responses, and all paths that RFC 3986 allows and that stay below the
   * root.
   *
   * <p>Handlers get the path without decoding, so no path is ambiguous. {@code
   * docs/guide/http-server.md} lists the violations, in Jetty's terms, that are therefore allowed.
   */
  public static HttpConfiguration configuration() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setRequestHeaderSize(MAX_HEAD_BYTES);
    configuration.setMaxResponseHeaderSize(MAX_HEAD_BYTES);
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
    // The default for a request without a host, such as HTTP/2's preface; a flow need not have one.
    configuration.setServerAuthority(new HostPort("localhost"));
    return configuration;
  }

  private static <F extends HTTP2ServerConnectionFactory> F withMaxStreams(F factory) {
    factory.setMaxConcurrentStreams(MAX_STREAMS);
    return factory;
  }

  /** A factory for HTTP/2 by its preface; the upgrade from HTTP/1.1 is obsolete (RFC 9113, 3.1). */
  private static final class PrefaceConnectionFactory extends HTTP2CServerConnectionFactory {
    PrefaceConnectionFactory(HttpConfiguration configuration) {
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
   * Sets the time limit for the head of a request, from its first byte to its last, on the clock of
   * the listener. Defaults to 30 seconds.
   */
  public void setHeadTimeout(Duration timeout) {
    headTimeout = positive(timeout, "timeout");
  }

  /**
   * Sets the maximum number of connections; further ones are accepted when others end. Defaults to
   * 8192.
   */
  public void setMaxConnections(int max) {
    if (max < 1) {
      throw new IllegalArgumentException("max (%d) must be positive".formatted(max));
    }
    maxConnections = max;
  }

  static Duration positive(Duration timeout, String name) {
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("%s (%s) must be positive".formatted(name, timeout));
    }
    return timeout;
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

  /** Returns the number of connections; zero after a complete shutdown. */
  public int connections() {
    return handshaking.size() + getConnectedEndPoints().size();
  }

  VirtualThreadExecutor executor() {
    return executor;
  }

  @Override
  protected void doStart() throws Exception {
    if (flows != null) {
      throw new IllegalStateException(
          "the listener on %s is closed: create another connector".formatted(address()));
    }
    for (ConnectionFactory each : getConnectionFactories()) {
      if (each instanceof HttpConfiguration.ConnectionFactory http) {
        RequestRules.addTo(http.getHttpConfiguration());
      }
    }
    super.doStart();
    flows =
        FlowServer.builder()
            .name(executor.name())
            .reporter(reporter)
            .timeSource(time)
            .maxFlows(maxConnections)
            .serve(listener, this::serve);
  }

  /**
   * Serves a flow until it is closed. The version is negotiated in the handshake over TLS, and
   * otherwise selected by the first bytes of the client.
   */
  private void serve(Flow flow) throws IOException, InterruptedException {
    ConnectionFactory factory =
        negotiate(flow)
            .map(this::getConnectionFactory)
            .orElseGet(this::getDefaultConnectionFactory);
    RequestHeadTimer head = new RequestHeadTimer(headTimeout, listener.timeSource());
    FlowEndPoint endPoint = new FlowEndPoint(this, flow, head);
    endPoint.setIdleTimeout(getIdleTimeout());
    onEndPointOpened(endPoint);
    try {
      endPoint.serve(factory.newConnection(this, endPoint));
    } finally {
      endPoint.close();
      onEndPointClosed(endPoint);
    }
  }

  /** Performs the TLS handshake, and returns the negotiated protocol. */
  private Optional<String> negotiate(Flow flow) throws IOException {
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
    return tls.get().applicationProtocol();
  }

  /** Reports a request whose head was not received in time. */
  void headTimedOut(Flow flow) {
    reporter.report(
        "the head of a request from %s was not received within %d ms: its connection is closed"
            .formatted(flow.info().remote(), headTimeout.toMillis()),
        new MalformedRequestException("the head is incomplete", new TimeoutException()));
  }

  /**
   * Closes the listener and the connections without a request, and sends GOAWAY on HTTP/2
   * connections.
   *
   * @return a future that completes when all connections are closed
   */
  @Override
  public CompletableFuture<Void> shutdown() {
    CompletableFuture<Void> done = super.shutdown();
    shutdown = true;
    closeQuietly(listener);
    for (EndPoint each : getConnectedEndPoints()) {
      if (each instanceof FlowEndPoint endPoint) {
        endPoint.end();
      }
    }
    for (Flow each : handshaking) {
      closeQuietly(each);
    }
    return done;
  }

  /** Returns true from the beginning of {@link #shutdown}. */
  @Override
  public boolean isShutdown() {
    return shutdown || super.isShutdown();
  }

  /** Waits until all connections are closed; closes them and returns false after the timeout. */
  boolean awaitEnd(Duration timeout) {
    FlowServer current = flows;
    return current == null || current.stop(timeout);
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

  private static void closeQuietly(Closeable resource) {
    try {
      resource.close();
    } catch (IOException e) {
      // The caller cannot handle the failure.
    }
  }

  @Override
  protected void accept(int acceptor) {
    throw new UnsupportedOperationException("a FlowServer accepts the flows");
  }

  @Override
  public Object getTransport() {
    return this;
  }
}
