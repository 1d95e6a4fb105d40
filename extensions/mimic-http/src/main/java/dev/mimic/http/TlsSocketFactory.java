package dev.mimic.http;

import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.ResolutionException;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.TimeSource;
import dev.mimic.sockets.FlowSockets;
import dev.mimic.tls.Tls;
import dev.mimic.tls.TlsClient;
import dev.mimic.tls.TlsFlow;
import dev.mimic.tls.TlsVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A socket factory that layers the resolver's TLS over connected sockets of {@link FlowSockets}.
 * Provider, trust, client certificate and messages are those of {@link Tls#CLIENT}. Settings of a
 * socket (application protocols, versions, cipher suites) can only narrow them. Thread-safe.
 */
final class TlsSocketFactory extends SSLSocketFactory {
  private final MimicResolver resolver;
  private final Context context;

  /** The peers that have refused the server name of a handshake, with their refusals. */
  private final Map<HostPort, SSLHandshakeException> refusedNames = new ConcurrentHashMap<>();

  TlsSocketFactory(MimicResolver resolver, Context context) {
    this.resolver = resolver;
    this.context = context;
  }

  /**
   * Returns the trust manager of the resolver's TLS. If TLS is missing or cannot be set up, returns
   * one that trusts no certificate; each handshake then fails with the reason.
   */
  X509TrustManager trustManager() {
    try {
      return client(context).trustManager();
    } catch (IOException e) {
      return new NoTrust();
    }
  }

  /** A trust manager that trusts no certificate. */
  private static final class NoTrust implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException(
          "no certificate is trusted: TLS of the resolver is not set up");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private TlsClient client(Context with) throws IOException {
    try {
      return resolver.with(with).value(Tls.CLIENT);
    } catch (ResolutionException e) {
      throw new SSLException(
          "https needs TLS: install TlsModule of mimic-tls (%s)".formatted(e.getMessage()), e);
    }
  }

  /** The failure of a handshake whose server name was refused; the next handshake sends none. */
  static final class RefusedNameException extends SSLHandshakeException {
    RefusedNameException(SSLHandshakeException refusal) {
      super(refusal.getMessage(), refusal);
    }
  }

  /**
   * Performs the handshake over this flow; closes the flow if the handshake fails.
   *
   * @param offered the result of {@link #offered}
   * @param narrowed the versions and suites that the caller allows, and its application protocols
   */
  TlsFlow secure(
      Flow flow, HostPort peer, SSLParameters offered, SSLParameters narrowed, Duration timeout)
      throws IOException {
    TlsClient client = narrowed(offered, narrowed);
    SSLHandshakeException refusal = refusedNames.get(peer);
    if (refusal != null) {
      client = client.withoutRefusedName(peer, refusal).orElse(client);
    }
    String[] protocols = narrowed.getApplicationProtocols();
    Duration limit = timeout.isZero() ? resolver.timeout() : timeout;
    try {
      return Tls.upgrade(
          flow,
          protocols.length == 0 ? client : client.withAlpn(List.of(protocols)),
          peer,
          Deadline.after(limit, TimeSource.system()));
    } catch (SSLHandshakeException e) {
      if (client.withoutRefusedName(peer, e).isEmpty()) {
        throw e;
      }
      refusedNames.put(peer, e);
      throw new RefusedNameException(e);
    }
  }

  /** Returns the resolver's client, limited to the offered versions and suites that are allowed. */
  private TlsClient narrowed(SSLParameters offered, SSLParameters to) throws IOException {
    Context with = context;
    List<String> versions =
        intersection("protocol version", offered.getProtocols(), to.getProtocols());
    if (versions.size() < offered.getProtocols().length) {
      with = with.with(Tls.VERSIONS, versions(versions));
    }
    List<String> suites =
        intersection("cipher suite", offered.getCipherSuites(), to.getCipherSuites());
    if (suites.size() < offered.getCipherSuites().length) {
      with = with.with(Tls.CIPHER_SUITES, suites);
    }
    return client(with);
  }

  /** Returns the intersection, in the order of the resolver. */
  private static List<String> intersection(
      String setting, String[] offered, String @Nullable [] allowed) throws SSLException {
    List<String> common = new ArrayList<>(List.of(offered));
    if (allowed != null) {
      common.retainAll(Set.of(allowed));
    }
    if (common.isEmpty()) {
      throw new SSLException(
          "the resolver and the client's ConnectionSpec have no TLS %s in common: %s and %s"
              .formatted(setting, List.of(offered), List.of(allowed == null ? offered : allowed)));
    }
    return common;
  }

  private static Set<TlsVersion> versions(List<String> names) {
    return Arrays.stream(TlsVersion.values())
        .filter(each -> names.contains(each.protocol()))
        .collect(Collectors.toSet());
  }

  /** Returns the resolver's versions and suites; without TLS, those of the Java runtime. */
  SSLParameters offered() {
    try {
      return client(context).parameters();
    } catch (IOException e) {
      return runtimeContext().getDefaultSSLParameters(); // the handshake fails with the reason
    }
  }

  @Override
  public Socket createSocket(Socket below, String host, int port, boolean autoClose)
      throws IOException {
    Flow flow =
        FlowSockets.flow(below)
            .orElseThrow(
                () ->
                    new SSLException(
                        "TLS of a resolver needs a socket of that resolver, not \"%s\": do not set"
                                .formatted(below)
                            + " the client's socketFactory or proxy, and give proxies by"
                            + " Network.HOPS"));
    return new TlsSocket(this, below, flow, new HostPort(host, port));
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return offered().getCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return offered().getCipherSuites();
  }

  /** Returns a session of the null cipher suite, the result before or without a handshake. */
  static SSLSession noSession() {
    return runtimeContext().createSSLEngine().getSession();
  }

  private static SSLContext runtimeContext() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw notLayered();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    throw notLayered();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    throw notLayered();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    throw notLayered();
  }

  private static SSLException notLayered() {
    return new SSLException("this factory creates TLS sockets over connected sockets only");
  }
}
