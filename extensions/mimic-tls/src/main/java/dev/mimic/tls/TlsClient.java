package dev.mimic.tls;

import static java.util.Objects.requireNonNull;

import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.HostPort;
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
 * How a client speaks TLS: which servers it trusts, and what it offers. Immutable.
 *
 * <p>The server's certificate must be issued by one whom the client trusts, be valid now, and be
 * for the name that was connected to (RFC 9525). The name is looked for in the subjectAltName only.
 * A wildcard is the whole left-most label of a name with two more labels, and stands for one label.
 * Below the trusted certificate, RSA keys of less than 2048 bits and signatures with SHA-1 or MD5
 * are refused. Whether a certificate has been revoked is not checked. The name is also sent to the
 * server (SNI, RFC 6066), unless it is an IP address. All this is the same for every provider.
 */
public final class TlsClient {
  private static final Duration RENEGOTIATION = Duration.ofSeconds(10);

  // Of the JDK, of Bouncy Castle, and what RFC 6066 has for names.
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
   * Returns a copy that offers these application protocols (ALPN, RFC 7301), the most wanted first,
   * in place of this client's. It shares the sessions that can be resumed with this one.
   *
   * @throws IllegalArgumentException if one is empty, or longer than 255 bytes
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
   * Returns a copy that sends no server name, if a handshake failed because of the name that this
   * one sent; otherwise empty. Servers in Java end the handshake by an alert when the name has an
   * underscore; without a name they use their only certificate. The certificate is checked against
   * the same name. The handshake needs a connection of its own: {@code tls://} makes one.
   *
   * @param refusal the failure of the handshake with this peer
   */
  public Optional<TlsClient> withoutRefusedName(HostPort peer, SSLHandshakeException refusal) {
    boolean isRefused =
        sendsName
            && serverName(peer).isOdd()
            && NAME_REFUSALS.contains(TlsText.receivedAlert(refusal));
    if (!isRefused) {
      return Optional.empty();
    }
    Builder builder = toBuilder();
    builder.sendsName = false;
    return Optional.of(builder.build());
  }

  /**
   * Returns the trust manager that decides on servers' certificates, for libraries that build a
   * chain from its accepted issuers. It compares names only if it is given an {@code SSLEngine}
   * that has a peer host. With an {@code SSLContext} of the application's own, which does not
   * reveal its trust, the manager has no accepted issuers and refuses every chain.
   *
   * @throws IOException if the provider cannot be set up
   */
  public X509TrustManager trustManager() throws IOException {
    return context.isPresent() ? new HiddenTrust() : provider.trustManager(trust);
  }

  /** The trust manager of a context that does not reveal it. */
  private static final class HiddenTrust implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException(
          "this trust is known to an SSLContext of the application's own alone, which decides in"
              + " the handshake: use Tls.TRUST in place of Tls.CONTEXT to have it elsewhere");
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
   * for libraries that let their users narrow them.
   *
   * @throws IOException if the provider cannot be set up
   */
  public SSLParameters parameters() throws IOException {
    SSLParameters all = settings.parameters(context().createSSLEngine());
    return new SSLParameters(all.getCipherSuites(), all.getProtocols());
  }

  /** Returns the flow over a connected one, which is closed if the handshake fails. */
  TlsFlow over(Flow below, HostPort peer, Deadline by) throws IOException {
    try {
      TlsFlow flow = new TlsFlow(below, engine(peer), by.timeSource(), RENEGOTIATION);
      flow.handshake(by);
      return flow;
    } catch (IOException | RuntimeException failure) {
      TlsListener.closeOnto(failure, below);
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
    // The name is checked by the trust manager and at the end of the handshake, not by the
    // provider, each of which has rules of its own.
    parameters.setEndpointIdentificationAlgorithm("");
    parameters.setServerNames(sendsName ? name.sent() : List.of());
    try {
      engine.setSSLParameters(parameters);
    } catch (IllegalArgumentException e) {
      if (!name.isOdd()) {
        throw e;
      }
      parameters.setServerNames(List.of()); // Bouncy Castle does not send underscores
      engine.setSSLParameters(parameters);
    }
    return engine;
  }

  private ServerName serverName(HostPort peer) {
    return ServerName.of(serverName.orElse(peer.host()));
  }

  /** Returns what it trusts and offers, for plans. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(provider.name()).append(", trusts ");
    text.append(context.isPresent() ? "what its SSLContext does" : trust);
    identity.ifPresent(own -> text.append(", is ").append(own));
    serverName.ifPresent(name -> text.append(", expects ").append(name));
    if (!settings.alpn().isEmpty()) {
      text.append(", offers ").append(String.join(" ", settings.alpn()));
    }
    return text.toString();
  }

  /** Makes a {@link TlsClient}. */
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

    /** Sets whom to trust, in place of the platform's authorities. */
    public Builder trust(TlsTrust trust) {
      this.trust = requireNonNull(trust, "trust");
      return this;
    }

    /** Sets the certificate to show to a server that asks for one. */
    public Builder identity(TlsIdentity identity) {
      this.identity = Optional.of(identity);
      return this;
    }

    /**
     * Sets a context to use in place of the provider, the trust and the identity. It decides which
     * authorities, keys and signatures to trust. The name is always checked as well, after its
     * handshake and before the flow is returned.
     */
    public Builder context(SSLContext context) {
      this.context = Optional.of(context);
      return this;
    }

    /**
     * Sets the name that the server's certificate is for, in place of the host connected to.
     *
     * @throws IllegalArgumentException if it is not ASCII
     */
    public Builder serverName(String name) {
      this.serverName = Optional.of(ServerName.of(name).host());
      return this;
    }

    /** Sets the application protocols to offer (ALPN, RFC 7301), the most wanted first. */
    public Builder alpn(List<String> protocols) {
      this.settings = settings.withAlpn(protocols);
      return this;
    }

    /** Sets the versions of TLS to accept, in place of 1.3 and 1.2. */
    public Builder versions(Set<TlsVersion> versions) {
      this.settings = settings.withVersions(versions);
      return this;
    }

    /**
     * Sets the cipher suites by the JDK's names, in place of those that have forward secrecy and
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
