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
 * A factory through which Jakarta Mail starts TLS. It performs the handshake over the flow with the
 * deployment's provider and trust, for the requested host. The certificate is verified before a
 * socket is returned.
 */
final class StartTlsSocketFactory extends SSLSocketFactory {
  private final Flow clear;
  private final TlsClient client;
  private final HostPort at;
  private final Deadline deadline;
  private final UnaryOperator<String> redaction;
  private volatile @Nullable TlsFlow upgraded;

  StartTlsSocketFactory(
      Flow clear,
      TlsClient client,
      HostPort at,
      Deadline deadline,
      UnaryOperator<String> redaction) {
    this.clear = clear;
    this.client = client;
    this.at = at;
    this.deadline = deadline;
    this.redaction = redaction;
  }

  /** Returns the flow with a filter for replies. */
  Flow filtered(Flow flow) {
    return new SmtpReplyFilter(flow, redaction);
  }

  /** Returns the TLS flow, or empty before STARTTLS. */
  Optional<TlsFlow> upgraded() {
    return Optional.ofNullable(upgraded);
  }

  @Override
  public Socket createSocket(Socket over, String host, int port, boolean autoClose)
      throws IOException {
    if (upgraded != null) {
      throw new IOException("TLS with %s was started twice".formatted(at));
    }
    TlsFlow flow = Tls.upgrade(clear, client, at, deadline);
    upgraded = flow;
    return FlowSockets.of(filtered(flow));
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return new String[0]; // the TLS flow chooses them
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return new String[0];
  }

  // ---- Sockets that connect by themselves would bypass the flow.

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
    return new IOException("TLS sockets are created only over a flow");
  }
}
