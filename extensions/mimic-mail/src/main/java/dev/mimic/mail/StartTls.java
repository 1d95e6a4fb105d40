package dev.mimic.mail;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.sockets.FlowSockets;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsFlow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Where the library asks for TLS over its socket, begins it over the flow below: by the
 * deployment's provider, with its trust, and for the host that was asked for. All of that is
 * checked when the socket is handed out.
 */
final class StartTls extends SSLSocketFactory {
  private final Flow clear;
  private final TlsClient client;
  private final HostPort at;
  private final Deadline deadline;
  private final UnaryOperator<String> shown;
  private volatile @Nullable TlsFlow upgraded;

  StartTls(
      Flow clear, TlsClient client, HostPort at, Deadline deadline, UnaryOperator<String> shown) {
    this.clear = clear;
    this.client = client;
    this.at = at;
    this.deadline = deadline;
    this.shown = shown;
  }

  /** Returns the flow as the library reads it. */
  Flow replies(Flow flow) {
    return new SmtpReplies(flow, shown);
  }

  /** Returns the flow over TLS, if it has begun. */
  Optional<TlsFlow> upgraded() {
    return Optional.ofNullable(upgraded);
  }

  @Override
  public Socket createSocket(Socket over, String host, int port, boolean autoClose)
      throws IOException {
    if (upgraded != null) {
      throw new IOException("%s asks for TLS a second time".formatted(at));
    }
    TlsFlow flow = Tls.upgrade(clear, client, at, deadline);
    upgraded = flow;
    return FlowSockets.of(replies(flow));
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return new String[0]; // they are the flow's
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return new String[0];
  }

  // ---- It connects nowhere: no way leads around the flow.

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw onlyOver();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    throw onlyOver();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    throw onlyOver();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    throw onlyOver();
  }

  private static IOException onlyOver() {
    return new IOException("TLS begins over a flow, and connects nowhere");
  }
}
