package dev.mimic.http;

import dev.mimic.Flow;
import dev.mimic.tls.TlsFlow;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.MetaData;
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
import org.eclipse.jetty.util.component.Graceful;
import org.jspecify.annotations.Nullable;

/** Jetty's server over flows that were accepted elsewhere. */
final class FlowConnector extends AbstractConnector {
  private static final int STREAMS = 256;
  private static final int HEADER_BYTES = 32 * 1024;

  private final FlowScheduler scheduler;
  private final Workers workers;
  private final HTTP2ServerConnectionFactory http2;
  private final Set<Flow> shakingHands = ConcurrentHashMap.newKeySet();
  private volatile boolean ending;

  FlowConnector(Server server, FlowScheduler scheduler, Workers workers, Duration idleLimit) {
    this(server, scheduler, workers, idleLimit, configuration());
  }

  private FlowConnector(
      Server server,
      FlowScheduler scheduler,
      Workers workers,
      Duration idleLimit,
      HttpConfiguration configuration) {
    super(
        server,
        workers,
        scheduler,
        null,
        0,
        new HttpConnectionFactory(configuration),
        withStreams(new WithPreface(configuration)));
    this.scheduler = scheduler;
    this.workers = workers;
    this.http2 = withStreams(new HTTP2ServerConnectionFactory(configuration));
    addConnectionFactory(http2);
    setIdleTimeout(idleLimit.toMillis());
    setShutdownIdleTimeout(idleLimit.toMillis()); // what is under way may take its time
  }

  private static HttpConfiguration configuration() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setRequestHeaderSize(HEADER_BYTES);
    configuration.setSendServerVersion(false);
    configuration.setSendXPoweredBy(false);
    // Of a request that names no host, such as HTTP/2's preface; not every flow has one.
    configuration.setServerAuthority(new HostPort("localhost"));
    return configuration;
  }

  private static <F extends HTTP2ServerConnectionFactory> F withStreams(F factory) {
    factory.setMaxConcurrentStreams(STREAMS);
    return factory;
  }

  /** HTTP/2 in clear for those who begin so; the upgrade from HTTP/1.1 is no more (RFC 9113). */
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

  /**
   * Serves a flow until it is closed: after the handshake, if it is of TLS, in the version that was
   * agreed on; in clear in the one that the client begins with.
   */
  void serve(Flow flow) throws IOException, InterruptedException {
    ConnectionFactory factory = speaksHttp2(flow) ? http2 : getDefaultConnectionFactory();
    FlowEndPoint endPoint = new FlowEndPoint(flow, scheduler, workers);
    endPoint.setIdleTimeout(getIdleTimeout());
    onEndPointOpened(endPoint);
    try {
      endPoint.open(factory.newConnection(this, endPoint));
      if (ending && endPoint.isUnused()) { // it may have come to a request by now
        endPoint.close();
      }
      endPoint.awaitClosed();
    } finally {
      endPoint.close();
      onEndPointClosed(endPoint);
    }
  }

  private boolean speaksHttp2(Flow flow) throws IOException {
    if (!(flow instanceof TlsFlow tls)) {
      return false;
    }
    shakingHands.add(tls);
    try {
      if (ending) {
        throw new ClosedChannelException();
      }
      tls.handshake();
    } finally {
      shakingHands.remove(tls);
    }
    return "h2".equals(tls.info().attributes().get("alpn"));
  }

  /** Tells the clients to begin nothing new, and closes what carries no request. */
  void end() {
    ending = true;
    var unused = Graceful.shutdown(getServer());
    for (EndPoint each : getConnectedEndPoints()) {
      if (each instanceof FlowEndPoint endPoint && endPoint.isUnused()) {
        endPoint.close();
      }
    }
    for (Flow each : shakingHands) {
      closeQuietly(each);
    }
  }

  private static void closeQuietly(Flow flow) {
    try {
      flow.close();
    } catch (IOException e) {
      // There is nobody who could do anything about it.
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
