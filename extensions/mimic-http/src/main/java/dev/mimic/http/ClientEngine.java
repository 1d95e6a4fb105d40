package dev.mimic.http;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.TimeSource;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.ConnectionPool;
import org.eclipse.jetty.client.ContinueProtocolHandler;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.DuplexConnectionPool;
import org.eclipse.jetty.client.EarlyHintsProtocolHandler;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.ProcessingProtocolHandler;
import org.eclipse.jetty.client.ProtocolHandlers;
import org.eclipse.jetty.client.transport.HttpClientConnectionFactory;
import org.eclipse.jetty.client.transport.HttpDestination;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.ClientConnectionFactoryOverHTTP2;
import org.eclipse.jetty.io.ClientConnectionFactory;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * Jetty's client, of which only the connections are used: whose they are, when they are opened and
 * how they are shared is {@link Connections}' own. Each has a destination of its own, which is how
 * Jetty tells that a connection is to be used no more.
 */
final class ClientEngine {
  private static final Duration ENDING = Duration.ofSeconds(5);
  private static final int STREAM_WINDOW_BYTES = 1024 * 1024;
  private static final int SESSION_WINDOW_BYTES = 16 * 1024 * 1024;
  private static final int MOST_HEAD_BYTES = 32 * 1024; // as a server takes, too

  private final Workers workers = new Workers("http-client");
  private final FlowScheduler scheduler;
  private final org.eclipse.jetty.client.HttpClient jetty;
  private final ClientConnectionFactory http1 = new HttpClientConnectionFactory();
  private final ClientConnectionFactory http2;

  ClientEngine(TimeSource time) {
    this.scheduler = new FlowScheduler(time);
    NoSockets connector = new NoSockets();
    HTTP2Client http2Client = new HTTP2Client(connector);
    http2Client.setInitialStreamRecvWindow(STREAM_WINDOW_BYTES);
    http2Client.setInitialSessionRecvWindow(SESSION_WINDOW_BYTES);
    ClientConnectionFactoryOverHTTP2 overHttp2 = new ClientConnectionFactoryOverHTTP2(http2Client);
    this.http2 = overHttp2;
    this.jetty = new org.eclipse.jetty.client.HttpClient(new FlowTransport(connector, overHttp2));
    configure();
  }

  private void configure() {
    jetty.setExecutor(workers);
    jetty.setScheduler(scheduler);
    jetty.setHttpCookieStore(new HttpCookieStore.Empty());
    jetty.setUserAgentField(null);
    jetty.setFollowRedirects(false);
    jetty.setDefaultRequestContentType(null);
    jetty.setMaxResponseHeadersSize(MOST_HEAD_BYTES);
    jetty.setIdleTimeout(0); // Connections closes those that are idle
    try {
      jetty.start();
    } catch (Exception e) {
      throw new IllegalStateException("Jetty's client does not start", e);
    }
    // What is done about a status is the caller's, or Redirects'.
    ProtocolHandlers handlers = jetty.getProtocolHandlers();
    handlers.clear();
    handlers.put(new ContinueProtocolHandler());
    handlers.put(new ProcessingProtocolHandler());
    handlers.put(new EarlyHintsProtocolHandler());
    jetty.getContentDecoderFactories().clear();
  }

  org.eclipse.jetty.client.HttpClient jetty() {
    return jetty;
  }

  Workers workers() {
    return workers;
  }

  /**
   * Begins to speak HTTP over a flow, which is closed if that fails.
   *
   * @param retired run when the connection can be used no more
   */
  ClientConnection open(
      Flow flow, HttpVersion version, Route route, Deadline deadline, Runnable retired)
      throws IOException {
    FlowEndPoint endPoint = new FlowEndPoint(flow, scheduler, workers);
    try {
      OwnDestination destination =
          new OwnDestination(
              jetty, route.origin(version), () -> workers.execute(retired)); // not in Jetty's locks
      LifeCycle.start(destination);
      CompletableFuture<Connection> opened = new CompletableFuture<>();
      endPoint.open(
          (version == HttpVersion.HTTP_2 ? http2 : http1)
              .newConnection(endPoint, context(destination, opened)));
      Connection connection = await(opened, route, endPoint, deadline);
      return new ClientConnection(connection, destination, endPoint, version);
    } catch (IOException | RuntimeException e) {
      endPoint.close();
      throw e;
    }
  }

  private Map<String, Object> context(
      Destination destination, CompletableFuture<Connection> opened) {
    Map<String, Object> context = new ConcurrentHashMap<>();
    context.put(Destination.CONTEXT_KEY, destination);
    context.put(
        Connection.PROMISE_CONTEXT_KEY,
        Promise.from(opened::complete, opened::completeExceptionally));
    context.put(ClientConnectionFactory.CONTEXT_KEY, jetty);
    return context;
  }

  /** Waits for the server's first words, which there are over HTTP/2. */
  private static Connection await(
      CompletableFuture<Connection> opened, Route route, FlowEndPoint endPoint, Deadline deadline)
      throws IOException {
    try {
      return opened.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new ClosedByInterruptException().initCause(e);
    } catch (TimeoutException e) {
      throw (IOException)
          new SocketTimeoutException("%s has not begun to speak HTTP/2 in time".formatted(route))
              .initCause(e);
    } catch (ExecutionException e) {
      throw Failures.unwrapped("%s does not speak HTTP/2".formatted(route), e.getCause(), endPoint);
    }
  }

  /** Ends all that is left, and waits for it. */
  void close() {
    LifeCycle.stop(jetty);
    if (!workers.awaitNone(ENDING)) {
      workers.interrupt();
      boolean unused = workers.awaitNone(ENDING);
    }
  }

  /** A destination of one connection. */
  static final class OwnDestination extends HttpDestination {
    private final Runnable onRetired;
    private volatile boolean retired;

    OwnDestination(org.eclipse.jetty.client.HttpClient client, Origin origin, Runnable onRetired) {
      super(client, origin);
      this.onRetired = onRetired;
    }

    @Override
    protected ConnectionPool newConnectionPool(org.eclipse.jetty.client.HttpClient client) {
      return new DuplexConnectionPool(this, 1); // which nothing is put into
    }

    /** Called when the connection is closed, or the server has said that it will be. */
    @Override
    public boolean remove(Connection connection) {
      retired = true;
      boolean removed = super.remove(connection);
      onRetired.run();
      return removed;
    }

    boolean isRetired() {
      return retired;
    }
  }
}
