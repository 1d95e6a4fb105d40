package dev.mimic.http;

import static java.util.Objects.requireNonNull;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.MimicResolver;
import dev.mimic.PeerGoneException;
import dev.mimic.TimeSource;
import dev.mimic.tls.TlsFlow;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Sends requests over the flows of a resolver. Thread-safe; owns its connections, which requests
 * share, and which {@link #close} ends.
 *
 * <p>Over TLS the version is agreed on in the handshake (ALPN). In clear it is HTTP/1.1; or HTTP/2,
 * if that alone is allowed, which the server has to know beforehand. Requests to one server share
 * one connection of HTTP/2; over HTTP/1.1 each has one of its own for as long as it takes. A
 * response that is neither read nor closed keeps its connection, or its share of it: 1 MiB of the
 * 16 that a server may send ahead on a connection of HTTP/2.
 *
 * <p>Nothing is added to what the caller sends but what the protocol needs: no cookies, no
 * compression, no credentials, no {@code User-Agent}.
 */
public final class HttpClient implements Closeable {
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"); // RFC 9110, section 9.2.2

  private final MimicResolver resolver;
  private final int mostRedirects;
  private final Duration timeout;
  private final List<HttpVersion> versions;
  private final TimeSource time;
  private final ClientEngine engine;
  private final Connections connections;

  private HttpClient(Builder from) {
    this.resolver = from.resolver;
    this.mostRedirects = from.mostRedirects;
    this.timeout = from.timeout;
    this.versions = from.versions;
    this.time = from.time;
    this.engine = new ClientEngine(time);
    this.connections =
        new Connections(this::open, time, from.idleLimit, from.mostConnectionsPerServer);
  }

  /** Returns a client with the settings that a {@link Builder} begins with. */
  public static HttpClient of(MimicResolver resolver) {
    return builder(resolver).build();
  }

  /** Returns a builder. */
  public static Builder builder(MimicResolver resolver) {
    return new Builder(resolver);
  }

  /** Settings of a client. Not thread-safe. */
  public static final class Builder {
    private final MimicResolver resolver;
    private int mostRedirects = 10;
    private int mostConnectionsPerServer = 64;
    private Duration timeout;
    private Duration idleLimit = Duration.ofSeconds(30);
    private List<HttpVersion> versions = List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1);
    private TimeSource time = TimeSource.system();

    private Builder(MimicResolver resolver) {
      this.resolver = requireNonNull(resolver, "resolver");
      this.timeout = resolver.defaultTimeout();
    }

    /** Sets how many redirections a request follows; 10 at first, none with 0. */
    public Builder followRedirects(int most) {
      if (most < 0) {
        throw new IllegalArgumentException("most (%d) must not be negative".formatted(most));
      }
      mostRedirects = most;
      return this;
    }

    /** Sets the time limit of {@link HttpClient#send}; at first the resolver's default. */
    public Builder timeout(Duration limit) {
      timeout = Timeouts.checked(limit, "limit");
      return this;
    }

    /** Sets how long a connection is kept that nobody uses; 30 seconds at first. */
    public Builder idleLimit(Duration limit) {
      idleLimit = Timeouts.checked(limit, "limit");
      return this;
    }

    /** Sets how many connections of HTTP/1.1 there are to one server at most; 64 at first. */
    public Builder connectionsPerServer(int most) {
      if (most < 1) {
        throw new IllegalArgumentException("most (%d) must be positive".formatted(most));
      }
      mostConnectionsPerServer = most;
      return this;
    }

    /** Sets the versions that may be spoken, the most wanted first; HTTP/2 and 1.1 at first. */
    public Builder versions(HttpVersion... wanted) {
      if (wanted.length == 0) {
        throw new IllegalArgumentException("versions must not be empty");
      }
      versions = List.of(wanted);
      return this;
    }

    /** Sets the clock of time-outs and idle connections. */
    public Builder timeSource(TimeSource clock) {
      time = requireNonNull(clock, "clock");
      return this;
    }

    /** Returns a client, which has no connections yet. */
    public HttpClient build() {
      return new HttpClient(this);
    }
  }

  /**
   * Sends a request, and returns the response as soon as its head is here, whatever its status.
   *
   * <p>The request's time limit, or else this client's, is for all until then: to connect, to wait
   * for a connection, to send, to be redirected. A read of the body waits for that long at most,
   * too, each time anew. An interrupt cancels, here and there.
   *
   * <p>Redirections are followed as RFC 9110 says, without credentials where they lead to another
   * server, and never from https to http. A request without effects of its own (GET, PUT and such)
   * whose body can be sent again is sent again if a connection that was used before turns out to
   * have been ended by the server.
   *
   * <p>A server may answer before it has the whole request. One that accepts it (2xx) is sent the
   * rest, and its response ends only when that is done; one that does not is sent no more.
   *
   * @throws dev.mimic.ResolutionException if the server cannot be connected to
   * @throws SocketTimeoutException if the time is up; a {@link
   *     dev.mimic.ResolutionTimeoutException} where it was up before there was a connection
   * @throws PeerGoneException if the server ends the connection before it has answered
   * @throws HttpRedirectException if a redirection is not followed
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted; the
   *     interrupt status stays set
   * @throws java.nio.channels.ClosedChannelException if this client is closed
   * @throws IOException if the request's body fails, or what comes back is no HTTP
   */
  public HttpResponse send(HttpRequest request) throws IOException {
    Duration patience = request.timeout().orElse(timeout);
    Deadline deadline = Deadline.after(patience, time);
    Redirects redirects = new Redirects(mostRedirects);
    HttpRequest current = request;
    while (true) {
      HttpResponse response = exchange(current, deadline, patience);
      Optional<HttpRequest> next = nextOrClose(redirects, current, response);
      if (next.isEmpty()) {
        return response;
      }
      response.close();
      current = next.get();
    }
  }

  private static Optional<HttpRequest> nextOrClose(
      Redirects redirects, HttpRequest request, HttpResponse response) throws IOException {
    try {
      return redirects.next(request, response);
    } catch (IOException e) {
      response.close();
      throw e;
    }
  }

  private HttpResponse exchange(HttpRequest request, Deadline deadline, Duration patience)
      throws IOException {
    Route route = Route.of(request);
    while (true) {
      Connections.Lease lease = connections.take(route, deadline);
      try {
        return exchange(request, lease, deadline, patience);
      } catch (PeerGoneException e) {
        if (!lease.reused() || !isRepeatable(request)) {
          throw e;
        }
        connections.closeIdle(route); // as the server may have ended them all
      }
    }
  }

  private static boolean isRepeatable(HttpRequest request) {
    return IDEMPOTENT.contains(request.method()) && request.body().isRepeatable();
  }

  private HttpResponse exchange(
      HttpRequest request, Connections.Lease lease, Deadline deadline, Duration patience)
      throws IOException {
    Exchange exchange;
    try {
      exchange = new Exchange(request, lease, connections, engine, time, patience);
    } catch (RuntimeException e) {
      connections.give(lease);
      throw e;
    }
    return exchange.run(deadline);
  }

  /** Opens a connection, in the thread of the request that needs it. */
  private ClientConnection open(Route route, Deadline deadline) throws IOException {
    Duration left = deadline.remaining();
    if (left.isZero()) {
      throw new SocketTimeoutException("no time is left to connect to " + route);
    }
    Flow flow = resolver.resolve(route.address(), route.resolution(versions), left);
    HttpVersion version;
    try {
      version = version(flow, route);
    } catch (IOException e) {
      flow.close();
      throw e;
    }
    return engine.open(flow, version, route, deadline, () -> connections.retired(route));
  }

  private HttpVersion version(Flow flow, Route route) throws IOException {
    if (!(flow instanceof TlsFlow tls)) {
      if (route.isSecure()) {
        throw new IOException(
            "%s: the flow is not encrypted: give an address of TLS, or a URL of http://"
                .formatted(route));
      }
      return versions.contains(HttpVersion.HTTP_1_1) ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_2;
    }
    String agreed = tls.info().attributes().getOrDefault("alpn", HttpVersion.HTTP_1_1.alpn());
    return versions.stream()
        .filter(each -> each.alpn().equals(agreed))
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    "%s speaks %s, and only %s is allowed here"
                        .formatted(route, agreed, versions)));
  }

  /** Returns how many connections there are, in use or not. */
  public int connections() {
    return connections.count();
  }

  /**
   * Ends all connections, and the requests and responses that they carry; waits for that. Does
   * nothing the second time.
   */
  @Override
  public void close() {
    connections.close();
    engine.close();
  }
}
