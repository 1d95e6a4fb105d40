package dev.mimic.tls;

import static dev.mimic.Derivation.optional;
import static dev.mimic.Derivation.required;
import static dev.mimic.Derivation.withDefault;
import static java.util.stream.Collectors.joining;

import dev.mimic.Deadline;
import dev.mimic.Derivation;
import dev.mimic.Flow;
import dev.mimic.HostPort;
import dev.mimic.Key;
import dev.mimic.TimeSource;
import dev.mimic.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * The values that say how TLS is spoken, and TLS over a flow that stands already.
 *
 * <p>The values are put into a context, or bound by a module: {@code bindValue(Tls.TRUST,
 * TlsTrust.ofPem(path))}. Without any, a client trusts the platform's authorities, and a server
 * needs an {@link #IDENTITY}.
 */
public final class Tls {
  /** Which implementation; {@link TlsModule} gives it. */
  public static final Key<TlsProvider> PROVIDER = Key.of("tls.provider", TlsProvider::name);

  /** Whom a client trusts; the platform's authorities at first. */
  public static final Key<TlsTrust> TRUST = Key.of("tls.trust", TlsTrust::toString);

  /** Who this side is: for a server, and for a client whose server asks. */
  public static final Key<TlsIdentity> IDENTITY = Key.of("tls.identity", TlsIdentity::toString);

  /** Which clients a server serves; if there is none, anybody, and nobody is asked. */
  public static final Key<TlsTrust> CLIENT_TRUST = Key.of("tls.client-trust", TlsTrust::toString);

  /**
   * A context of the application's own, in place of the provider, the trust and the identity. A
   * server that has one cannot have a {@link #CLIENT_TRUST}.
   */
  public static final Key<SSLContext> CONTEXT = Key.of("tls.context", SSLContext::getProtocol);

  /** The application protocols, the most wanted first (ALPN, RFC 7301); none at first. */
  public static final Key<List<String>> ALPN = Key.of("tls.alpn", Tls::printed);

  /** The versions to accept; 1.3 and 1.2 at first. */
  public static final Key<Set<TlsVersion>> VERSIONS = Key.of("tls.versions", Tls::printed);

  /** The cipher suites, by the JDK's names; at first those that RFC 9325 recommends. */
  public static final Key<List<String>> CIPHER_SUITES = Key.of("tls.cipher-suites", List::toString);

  /** The name that a server's certificate is for, in place of the host connected to. */
  public static final Key<String> SERVER_NAME = Key.of("tls.server-name", name -> name);

  /** How long a client may take to shake hands with a server; 10 seconds at first. */
  public static final Key<Duration> HANDSHAKE_TIMEOUT =
      Key.of("tls.handshake-timeout", Tls::printed);

  /** How a client speaks TLS, of all these: what a protocol that upgrades takes. */
  public static final Key<TlsClient> CLIENT = Key.of("tls.client", TlsClient::toString);

  /** How a server speaks TLS, of all these. */
  public static final Key<TlsServer> SERVER = Key.of("tls.server", TlsServer::toString);

  private Tls() {}

  private static String printed(List<String> names) {
    return names.isEmpty() ? "none" : String.join(" ", names);
  }

  /** In the order of the versions, whatever that of the set is. */
  private static String printed(Set<TlsVersion> versions) {
    return versions.stream().sorted().map(TlsVersion::protocol).collect(joining(" "));
  }

  /** Such as {@code 10s}. */
  private static String printed(Duration duration) {
    return duration.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
  }

  /**
   * Speaks TLS from here on, over a flow that has been used in clear, or over any other; as the
   * client, that is, who shakes hands now. Nothing that the peer sends after its consent to this
   * may have been read yet, by a buffer for instance.
   *
   * @param flow belongs to the flow that is returned, and is closed if there is none
   * @param peer whose certificate is expected
   * @throws javax.net.ssl.SSLHandshakeException if the two sides do not agree
   * @throws java.net.SocketTimeoutException if the deadline has passed
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
   */
  public static TlsFlow upgrade(Flow flow, TlsClient client, HostPort peer, Deadline deadline)
      throws IOException {
    return client.over(flow, peer, deadline);
  }

  /**
   * Speaks TLS from here on, as the server. Hands are shaken at the first read or write, or by
   * {@link TlsFlow#handshake}. Nothing that the client sends after this was agreed on may have been
   * read yet: what came in clear before the consent was given must be dropped. The limit of the
   * handshake and the read time-outs are measured by the system's clock.
   *
   * @param flow belongs to the flow that is returned
   */
  public static TlsFlow upgrade(Flow flow, TlsServer server) throws IOException {
    return upgrade(flow, server, TimeSource.system());
  }

  /**
   * The same on another clock, such as {@code listener.timeSource()} of the listener that the flow
   * is from: the limit of the handshake and the read time-outs are measured by it.
   */
  public static TlsFlow upgrade(Flow flow, TlsServer server, TimeSource time) throws IOException {
    return server.over(flow, time);
  }

  /** Returns the rules that make {@link #CLIENT} and {@link #SERVER}. */
  static List<Derivation<?>> derivations() {
    return List.of(
        Derivation.of(
            CLIENT,
            required(PROVIDER),
            withDefault(TRUST, TlsTrust.platform()),
            optional(IDENTITY),
            optional(CONTEXT),
            withDefault(ALPN, TlsSettings.DEFAULT.alpn()),
            withDefault(VERSIONS, TlsSettings.DEFAULT.versions()),
            optional(CIPHER_SUITES),
            optional(SERVER_NAME),
            Tls::client),
        Derivation.of(
            SERVER,
            required(PROVIDER),
            optional(IDENTITY),
            optional(CONTEXT),
            optional(CLIENT_TRUST),
            withDefault(ALPN, TlsSettings.DEFAULT.alpn()),
            withDefault(VERSIONS, TlsSettings.DEFAULT.versions()),
            optional(CIPHER_SUITES),
            withDefault(HANDSHAKE_TIMEOUT, TlsServer.Builder.HANDSHAKE_TIMEOUT),
            Tls::server));
  }

  private static Verdict<TlsClient> client(
      TlsProvider provider,
      TlsTrust trust,
      Optional<TlsIdentity> identity,
      Optional<SSLContext> context,
      List<String> alpn,
      Set<TlsVersion> versions,
      Optional<List<String>> cipherSuites,
      Optional<String> serverName) {
    TlsClient.Builder client =
        TlsClient.builder(provider).trust(trust).alpn(alpn).versions(versions);
    identity.ifPresent(client::identity);
    context.ifPresent(client::context);
    cipherSuites.ifPresent(client::cipherSuites);
    serverName.ifPresent(client::serverName);
    return Verdict.of(client.build());
  }

  private static Verdict<TlsServer> server(
      TlsProvider provider,
      Optional<TlsIdentity> identity,
      Optional<SSLContext> context,
      Optional<TlsTrust> clientTrust,
      List<String> alpn,
      Set<TlsVersion> versions,
      Optional<List<String>> cipherSuites,
      Duration handshakeTimeout) {
    if (identity.isEmpty() && context.isEmpty()) {
      return Verdict.decline("a server needs a certificate and its key: give tls.identity");
    }
    TlsServer.Builder server =
        context
            .map(given -> TlsServer.builder(provider, given))
            .orElseGet(() -> TlsServer.builder(provider, identity.orElseThrow()));
    server.alpn(alpn).versions(versions).handshakeTimeout(handshakeTimeout);
    clientTrust.ifPresent(server::clientTrust);
    cipherSuites.ifPresent(server::cipherSuites);
    return Verdict.of(server.build());
  }
}
