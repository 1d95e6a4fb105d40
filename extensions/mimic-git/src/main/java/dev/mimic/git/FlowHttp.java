package dev.mimic.git;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.http.HttpClient;
import java.net.Proxy;
import java.net.URL;
import java.time.Duration;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory2;

/**
 * What JGit's transport over HTTP is given to connect with: one client, with the connections of one
 * conversation, which ends with the transport.
 */
final class FlowHttp implements HttpConnectionFactory2, HttpConnectionFactory2.GitSession {
  private final HttpClient client;
  private final Context context;
  private final Duration timeout;
  private final Duration silence;

  /**
   * Makes one without connections.
   *
   * @param timeout for a request of what there is, which connects
   * @param silence for the others, before which a server may have much to do
   */
  FlowHttp(MimicResolver resolver, Context context, Duration timeout, Duration silence) {
    // Redirections are JGit's business: it asks for the rest at the new place as well.
    this.client = HttpClient.builder(resolver).followRedirects(0).build();
    this.context = context;
    this.timeout = timeout;
    this.silence = silence;
  }

  @Override
  public HttpConnection create(URL url) {
    return new FlowHttpConnection(client, context, timeout, silence, url);
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

  @Override
  public void close() {
    client.close();
  }
}
