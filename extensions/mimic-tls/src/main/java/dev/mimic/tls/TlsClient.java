package dev.mimic.tls;

import static java.util.Objects.requireNonNull;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.X509TrustManager;

/**
 * The TLS configuration of a client: the servers that it trusts, and the parameters that it offers.
 * Immutable.
 *
 * <p>The following rules are the same for every provider. The server's certificate must have a
 * trusted issuer, be valid now, and be for the name that was connected to (RFC 9525). Only the
 * subjectAltName counts. A wildcard must be the whole left-most label, with two more labels after
 * it, and matches one label. Below the trusted certificate, RSA keys of less than 2048 bits and
 * signatures with SHA-1 or MD5 are refused. Revocation is not checked. The name is also sent to the
 * server (SNI, RFC 6066), unless it is an IP address.
 */
public final class TlsClient {
  private static final Duration RENEGOTIATION_TIMEOUT = Duration.ofSeconds(10);

  // The alert of the JDK, that of Bouncy Castle, and the one that RFC 6066 defines for names.
  private static final Set<String> NAME_REFUSALS =
      Set.of("illegal_parameter", "internal_error", "unrecognized_name");

  private final TlsProvider provider;
  private final TlsTrust trust;
  private final Optional<TlsIdentity> identity;
  private final Optional<SSLContext> context;
  private final Optional<String> serverName;
  private final TlsSettings settings;
  private final boolean sendsName;

  private TlsClient(Builder builder) {
    this.provider = builder.provider;
    this.trust = builder.trust;
    this.identity = builder.identity;
    this.context = builder.context;
    this.serverName = builder.serverName;
    this.settings = builder.settings;
    this.sendsName = builder.sendsName;
  }

  /** Returns a builder of a client that trusts the platform's authorities. */
  public static Builder builder(TlsProvider provider) {
    return new Builder(provider);
  }

  /**
   * Returns a copy that offers these application protocols (ALPN, RFC 7301), most preferred first.
   * The copy shares the cache of resumable sessions with this client.
   *
   * @throws IllegalArgumentException if a protocol is empty or longer than 255 bytes
   */
  public TlsClient withAlpn(List<String> protocols) {
    return toBuilder().alpn(protocols).build();
  }

  private Builder toBuilder() {
    Builder builder = new Builder(provider);
    builder.trust = trust;
    builder.identity = identity;
    builder.context = context;
    builder.serverName = serverName;
    builder.settings = settings;
    builder.sendsName = sendsName;
    return builder;
  }

  /**
   * Returns a copy that sends no server name if the peer refused the name that this client sent,
   * otherwise empty. Servers in Java end the handshake with an alert if the name has an underscore;
   * without a name they use their only certificate. The certificate is still checked against the
   * name. The new handshake needs a new connection, which {@code tls://} opens automatically.
   *
   * @param refusal the failure of the handshake with this peer
   */
  public Optional<TlsClient> withoutRefusedName(HostPort peer, SSLHandshakeException refusal) {
    boolean isRefused =
        sendsName
            && serverName(peer).isNonstandard()
            && NAME_REFUSALS.contains(TlsMessages.receivedAlert(refusal));
    if (!isRefused) {
      return Optional.empty();
    }
    Builder builder = toBuilder();
    builder.sendsName = false;
    return Optional.of(builder.build());
  }

  /**
   * Returns the trust manager that checks server certificates, for libraries that build a chain
   * from its accepted issuers. It compares names only when called with an {@code SSLEngine} that
   * has a peer host. An {@code SSLContext} of the application does not reveal its trust. With one,
   * the returned manager has no accepted issuers and refuses every chain.
   *
   * @throws IOException if the provider cannot be set up
   */
  public X509TrustManager trustManager() throws IOException {
    return context.isPresent() ? new OpaqueTrustManager() : provider.trustManager(trust);
  }

  /** A substitute for the trust manager of an {@code SSLContext}, which cannot be obtained. */
  private static final class OpaqueTrustManager implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException(
          "only the application's SSLContext knows its trust, which it applies in the handshake:"
              + " to use the trust elsewhere, set Tls.TRUST in place of Tls.CONTEXT");
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

  /**
   * Returns the protocol versions and cipher suites that this client offers, by the JDK's names,
   * for libraries whose users can restrict them further.
   *
   * @throws IOException if the provider cannot be set up
   */
  public SSLParameters parameters() throws IOException {
    SSLParameters all = settings.parameters(context().createSSLEngine());
    return new SSLParameters(all.getCipherSuites(), all.getProtocols());
  }

  /** Performs the handshake over a connected flow, which is closed if the handshake fails. */
  TlsFlow over(Flow below, HostPort peer, Deadline by) throws IOException {
    try {
      TlsFlow flow = new TlsFlow(below, engine(peer), by.timeSource(), RENEGOTIATION_TIMEOUT);
      flow.handshake(by);
      return flow;
    } catch (IOException | RuntimeException failure) {
      TlsFlow.closeOnto(failure, below);
      throw failure;
    }
  }

  private SSLContext context() throws IOException {
    return context.isPresent() ? context.get() : provider.context(identity, Optional.of(trust));
  }

  private SSLEngine engine(HostPort peer) throws IOException {
    ServerName name = serverName(peer);
    SSLEngine engine = context().createSSLEngine(name.host(), peer.port());
    engine.setUseClientMode(true);
    SSLParameters parameters = settings.parameters(engine);
    // The trust manager and the end of the handshake check the name. Providers do not, since the
    // rules of each provider differ.
    parameters.setEndpointIdentificationAlgorithm("");
    parameters.setServerNames(sendsName ? name.sent() : List.of());
    try {
      engine.setSSLParameters(parameters);
    } catch (IllegalArgumentException e) {
      if (!name.isNonstandard()) {
        throw e;
      }
      parameters.setServerNames(List.of()); // Bouncy Castle refuses to send underscores
      engine.setSSLParameters(parameters);
    }
    return engine;
  }

  private ServerName serverName(HostPort peer) {
    return ServerName.of(serverName.orElse(peer.host()));
  }

  /** Returns the trust and the offered parameters, for plans. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(provider.name()).append(", trusts ");
    text.append(context.isPresent() ? "the authorities of its SSLContext" : trust);
    identity.ifPresent(own -> text.append(", identity ").append(own));
    serverName.ifPresent(name -> text.append(", expects ").append(name));
    if (!settings.alpn().isEmpty()) {
      text.append(", offers ").append(String.join(" ", settings.alpn()));
    }
    return text.toString();
  }

  /** A builder of {@link TlsClient}. */
  public static final class Builder {
    private final TlsProvider provider;
    private TlsTrust trust = TlsTrust.platform();
    private Optional<TlsIdentity> identity = Optional.empty();
    private Optional<SSLContext> context = Optional.empty();
    private Optional<String> serverName = Optional.empty();
    private TlsSettings settings = TlsSettings.DEFAULT;
    private boolean sendsName = true;

    private Builder(TlsProvider provider) {
      this.provider = requireNonNull(provider, "provider");
    }

    /** Sets the trusted authorities. Defaults to those of the platform. */
    public Builder trust(TlsTrust trust) {
      this.trust = requireNonNull(trust, "trust");
      return this;
    }

    /** Sets the identity to present to a server that requests a certificate. */
    public Builder identity(TlsIdentity identity) {
      this.identity = Optional.of(identity);
      return this;
    }

    /**
     * Sets a context that replaces the provider, the trust and the identity. It decides which
     * authorities, keys and signatures are trusted. The name is always checked in addition, after
     * the handshake and before the flow is returned.
     */
    public Builder context(SSLContext context) {
      this.context = Optional.of(context);
      return this;
    }

    /**
     * Sets the name that the server's certificate must have. Defaults to the host connected to.
     *
     * @throws IllegalArgumentException if the name is not ASCII
     */
    public Builder serverName(String name) {
      this.serverName = Optional.of(ServerName.of(name).host());
      return this;
    }

    /**
     * Sets the application protocols to offer (ALPN, RFC 7301), most preferred first. Defaults to
     * none.
     */
    public Builder alpn(List<String> protocols) {
      this.settings = settings.withAlpn(protocols);
      return this;
    }

    /** Sets the versions of TLS to accept. Defaults to 1.3 and 1.2. */
    public Builder versions(Set<TlsVersion> versions) {
      this.settings = settings.withVersions(versions);
      return this;
    }

    /**
     * Sets the cipher suites, by the JDK's names. Defaults to those with forward secrecy and
     * authenticated encryption.
     */
    public Builder cipherSuites(List<String> suites) {
      this.settings = settings.withCipherSuites(suites);
      return this;
    }

    /** Returns the client. */
    public TlsClient build() {
      return new TlsClient(this);
    }
  }
}
