package dev.mimic.tls;

import static java.util.Objects.requireNonNull;

import dev.mimic.flow.Flow;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * The TLS configuration of a server: its identity and the clients that it accepts. Immutable.
 *
 * <p>Every client is accepted unless {@link Builder#clientTrust} is set. Then each client must
 * present a certificate from a trusted issuer. Revocation is not checked.
 */
public final class TlsServer {
  private final TlsProvider provider;
  private final Optional<TlsIdentity> identity;
  private final Optional<TlsTrust> clientTrust;
  private final Optional<SSLContext> context;
  private final Duration handshakeTimeout;
  private final TlsSettings settings;

  private TlsServer(Builder builder) {
    this.provider = builder.provider;
    this.identity = builder.identity;
    this.clientTrust = builder.clientTrust;
    this.context = builder.context;
    this.handshakeTimeout = builder.handshakeTimeout;
    this.settings = builder.settings;
  }

  /** Returns a builder of a server that presents this identity. */
  public static Builder builder(TlsProvider provider, TlsIdentity identity) {
    return new Builder(provider, Optional.of(identity), Optional.empty());
  }

  /** Returns a builder of a server that uses the keys and the trust of this context. */
  public static Builder builder(TlsProvider provider, SSLContext context) {
    return new Builder(provider, Optional.empty(), Optional.of(context));
  }

  /**
   * Creates the state that all flows share. Errors of the configuration are found now, and the
   * first flow need not wait.
   */
  void prepare() throws IOException {
    engine();
  }

  private SSLContext context() throws IOException {
    return context.isPresent() ? context.get() : provider.context(identity, clientTrust);
  }

  /** Returns a flow over an accepted one, without performing the handshake. */
  TlsFlow over(Flow below, TimeSource time) throws IOException {
    try {
      return new TlsFlow(below, engine(), time, handshakeTimeout);
    } catch (IOException | RuntimeException failure) {
      TlsFlow.closeOnto(failure, below);
      throw failure;
    }
  }

  private SSLEngine engine() throws IOException {
    SSLEngine engine = context().createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = settings.parameters(engine);
    parameters.setUseCipherSuitesOrder(true);
    parameters.setNeedClientAuth(clientTrust.isPresent());
    engine.setSSLParameters(parameters);
    return engine;
  }

  /** Returns the identity and the accepted clients, for plans. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(provider.name()).append(", identity ");
    text.append(identity.map(TlsIdentity::toString).orElse("from its SSLContext"));
    clientTrust.ifPresent(trust -> text.append(", requires clients trusted by ").append(trust));
    if (!settings.alpn().isEmpty()) {
      text.append(", speaks ").append(String.join(" ", settings.alpn()));
    }
    return text.toString();
  }

  /** A builder of {@link TlsServer}. */
  public static final class Builder {
    static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    private final TlsProvider provider;
    private final Optional<TlsIdentity> identity;
    private final Optional<SSLContext> context;
    private Optional<TlsTrust> clientTrust = Optional.empty();
    private Duration handshakeTimeout = HANDSHAKE_TIMEOUT;
    private TlsSettings settings = TlsSettings.DEFAULT;

    private Builder(
        TlsProvider provider, Optional<TlsIdentity> identity, Optional<SSLContext> context) {
      this.provider = requireNonNull(provider, "provider");
      this.identity = identity;
      this.context = context;
    }

    /** Requires of each client a certificate that {@code trust} accepts (mutual TLS). */
    public Builder clientTrust(TlsTrust trust) {
      this.clientTrust = Optional.of(trust);
      return this;
    }

    /**
     * Sets the limit on the duration of a handshake, measured from the first use of the flow.
     * Defaults to 10 seconds.
     */
    public Builder handshakeTimeout(Duration atMost) {
      if (atMost.isNegative() || atMost.isZero()) {
        throw new IllegalArgumentException("atMost (%s) must be positive".formatted(atMost));
      }
      this.handshakeTimeout = atMost;
      return this;
    }

    /**
     * Sets the supported application protocols (ALPN, RFC 7301), most preferred first. Defaults to
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

    /**
     * Returns the server.
     *
     * @throws IllegalStateException if both a client trust and an {@code SSLContext} are set
     */
    public TlsServer build() {
      if (context.isPresent() && clientTrust.isPresent()) {
        throw new IllegalStateException(
            "clientTrust and an SSLContext exclude each other: configure the trust in the context");
      }
      return new TlsServer(this);
    }
  }
}
