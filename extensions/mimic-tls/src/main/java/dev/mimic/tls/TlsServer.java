package dev.mimic.tls;

import static java.util.Objects.requireNonNull;

import dev.mimic.Flow;
import dev.mimic.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * How a server speaks TLS: who it is, and which clients it serves. Immutable.
 *
 * <p>Clients are anybody, unless there is a {@link Builder#clientTrust}: then each must show a
 * certificate that it trusts, and whether that has been revoked is not checked.
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

  /** Returns a builder of a server that has this certificate. */
  public static Builder builder(TlsProvider provider, TlsIdentity identity) {
    return new Builder(provider, Optional.of(identity), Optional.empty());
  }

  /** Returns a builder of a server that has the certificate of this context. */
  public static Builder builder(TlsProvider provider, SSLContext context) {
    return new Builder(provider, Optional.empty(), Optional.of(context));
  }

  /**
   * Makes what all flows have in common, so that the first one does not wait for it, and that what
   * is wrong with it is found now.
   */
  void prepare() throws IOException {
    engine();
  }

  private SSLContext context() throws IOException {
    return context.isPresent() ? context.get() : provider.context(identity, clientTrust);
  }

  /** Returns the flow over an accepted one; it has not shaken hands. */
  TlsFlow over(Flow below, TimeSource time) throws IOException {
    try {
      return new TlsFlow(below, engine(), time, handshakeTimeout);
    } catch (IOException | RuntimeException failure) {
      TlsListener.closeOnto(failure, below);
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

  /** Returns who it is and whom it serves, for plans. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(provider.name()).append(", is ");
    text.append(identity.map(TlsIdentity::toString).orElse("whom its SSLContext says"));
    clientTrust.ifPresent(trust -> text.append(", wants certificates of ").append(trust));
    if (!settings.alpn().isEmpty()) {
      text.append(", speaks ").append(String.join(" ", settings.alpn()));
    }
    return text.toString();
  }

  /** Makes a {@link TlsServer}. */
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

    /** Demands of each client a certificate that this trusts (mutual TLS). */
    public Builder clientTrust(TlsTrust trust) {
      this.clientTrust = Optional.of(trust);
      return this;
    }

    /** Sets how long a client may take to shake hands, from the flow's first use; 10 s at first. */
    public Builder handshakeTimeout(Duration atMost) {
      if (atMost.isNegative() || atMost.isZero()) {
        throw new IllegalArgumentException("atMost (%s) must be positive".formatted(atMost));
      }
      this.handshakeTimeout = atMost;
      return this;
    }

    /** Sets the application protocols spoken (ALPN, RFC 7301), the most wanted first. */
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

    /**
     * Returns the server.
     *
     * @throws IllegalStateException if there is a client trust, and a context that has its own
     */
    public TlsServer build() {
      if (context.isPresent() && clientTrust.isPresent()) {
        throw new IllegalStateException(
            "clientTrust and an SSLContext exclude each other: whom to trust is the context's");
      }
      return new TlsServer(this);
    }
  }
}
