package dev.mimic.git;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.http.HttpClient;
import java.io.File;
import java.net.Proxy;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory2;
import org.jspecify.annotations.Nullable;

/**
 * What JGit's transport over HTTP is given to connect with: one client, with the connections of one
 * conversation, which ends with the transport.
 */
final class FlowHttp implements HttpConnectionFactory2, HttpConnectionFactory2.GitSession {
  private final HttpClient client;
  private final Context context;
  private final List<FlowHttpConnection> connections = new ArrayList<>();
  private final URIish origin;
  private final @Nullable File folder;
  private final Duration timeout;
  private final Duration silence;

  /**
   * Makes one without connections.
   *
   * @param timeout for a request of what there is, which connects
   * @param silence for the others, before which a server may have much to do
   * @param origin whom credentials are for, and nobody else
   * @param folder where what is much to send is gathered; nobody else can read there
   */
  FlowHttp(
      MimicResolver resolver,
      Context context,
      Duration timeout,
      Duration silence,
      URIish origin,
      @Nullable File folder) {
    // Redirections are JGit's business: it asks for the rest at the new place as well.
    this.client = HttpClient.builder(resolver).followRedirects(0).build();
    this.context = context;
    this.origin = origin;
    this.folder = folder;
    this.timeout = timeout;
    this.silence = silence;
  }

  @Override
  public HttpConnection create(URL url) {
    FlowHttpConnection connection =
        new FlowHttpConnection(client, context, isOrigin(url), folder, timeout, silence, url);
    connections.add(connection);
    return connection;
  }

  /** Leaves the JVM's proxy aside: what is gone through is the resolver's to say. */
  @Override
  public HttpConnection create(URL url, Proxy proxy) {
    return create(url);
  }

  @Override
  public GitSession newSession() {
    return this;
  }

  /** Verifies certificates whatever the configuration of Git says: trust is the resolver's. */
  @Override
  public HttpConnection configure(HttpConnection connection, boolean sslVerify) {
    return connection;
  }

  private boolean isOrigin(URL url) {
    return url.getProtocol().equals(origin.getScheme())
        && url.getHost().equalsIgnoreCase(origin.getHost())
        && port(url) == (origin.getPort() < 0 ? url.getDefaultPort() : origin.getPort());
  }

  private static int port(URL url) {
    return url.getPort() < 0 ? url.getDefaultPort() : url.getPort();
  }

  @Override
  public void close() {
    connections.forEach(FlowHttpConnection::forget);
    client.close();
  }
}
