package dev.mimic.tls;

import static dev.mimic.Derivation.optional;
import static dev.mimic.Derivation.required;
import static dev.mimic.Derivation.withDefault;
import static java.util.stream.Collectors.joining;

import dev.mimic.Derivation;
import dev.mimic.HostPort;
import dev.mimic.Input;
import dev.mimic.Key;
import dev.mimic.Verdict;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * Keys of the values that configure TLS, and methods that start TLS over an existing flow.
 *
 * <p>Put the values into a context, or bind them in a module: {@code bindValue(Tls.TRUST,
 * TlsTrust.ofPem(path))}. All are optional for a client, which by default trusts the platform's
 * authorities. A server needs an {@link #IDENTITY} or a {@link #CONTEXT}.
 */
public final class Tls {
  /** The implementation of TLS. {@link TlsModule} binds it. */
  public static final Key<TlsProvider> PROVIDER = Key.of("tls.provider", TlsProvider::name);

  /** The authorities that a client trusts. Defaults to the platform's authorities. */
  public static final Key<TlsTrust> TRUST = Key.of("tls.trust", TlsTrust::toString);

  /**
   * The certificate chain and private key of this side. A server presents it to every client, and a
   * client presents it to a server that requests a certificate.
   */
  public static final Key<TlsIdentity> IDENTITY = Key.of("tls.identity", TlsIdentity::toString);

  /**
   * The authorities that a server trusts to issue client certificates. If absent, the server
   * requests no certificate and accepts every client.
   */
  public static final Key<TlsTrust> CLIENT_TRUST = Key.of("tls.client-trust", TlsTrust::toString);

  /**
   * An {@code SSLContext} of the application that replaces the provider, the trust and the
   * identity. On a server it excludes {@link #CLIENT_TRUST}.
   */
  public static final Key<SSLContext> CONTEXT = Key.of("tls.context", SSLContext::getProtocol);

  /** The application protocols (ALPN, RFC 7301), most preferred first. Defaults to none. */
  public static final Key<List<String>> ALPN = Key.of("tls.alpn", Tls::printed);

  /** The versions of TLS to accept. Defaults to 1.3 and 1.2. */
  public static final Key<Set<TlsVersion>> VERSIONS = Key.of("tls.versions", Tls::printed);

  /** The cipher suites, by the JDK's names. Defaults to those that RFC 9325 recommends. */
  public static final Key<List<String>> CIPHER_SUITES = Key.of("tls.cipher-suites", List::toString);

  /** The name that the server's certificate must have. Defaults to the host connected to. */
  public static final Key<String> SERVER_NAME = Key.of("tls.server-name", name -> name);

  /** The limit on the duration of a server's handshake with one client. Defaults to 10 seconds. */
  public static final Key<Duration> HANDSHAKE_TIMEOUT =
      Key.of("tls.handshake-timeout", Tls::printed);

  /**
   * The client configuration, derived from the other keys. A protocol that upgrades its flow to TLS
   * requires this key.
   */
  public static final Key<TlsClient> CLIENT = Key.of("tls.client", TlsClient::toString);

  /** The server configuration, derived from the other keys. */
  public static final Key<TlsServer> SERVER = Key.of("tls.server", TlsServer::toString);

  private Tls() {}

  private static String printed(List<String> names) {
    return names.isEmpty() ? "none" : String.join(" ", names);
  }

  // Sorted, since the order of a set is arbitrary.
  private static String printed(Set<TlsVersion> versions) {
    return versions.stream().sorted().map(TlsVersion::protocol).collect(joining(" "));
  }

  /** Returns text such as {@code 10s}. */
  private static String printed(Duration duration) {
    return duration.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
  }

  /**
   * Starts TLS as the client over an existing flow, which may have been used in clear text, and
   * performs the handshake. The caller must not have read, for example into a buffer, anything that
   * the peer sent after it agreed to the upgrade.
   *
   * @param flow the flow below, owned by the returned flow, and closed if this method fails
   * @param peer the host that the certificate must be for
   * @throws javax.net.ssl.SSLHandshakeException if the handshake fails
   * @throws java.net.SocketTimeoutException if the deadline has passed
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
   */
  public static TlsFlow upgrade(Flow flow, TlsClient client, HostPort peer, Deadline deadline)
      throws IOException {
    return client.over(flow, peer, deadline);
  }

  /**
   * Starts TLS as the server over an existing flow. The handshake is performed by the first read or
   * write, or by {@link TlsFlow#handshake}. The caller must not have read anything that the client
   * sent after the upgrade was agreed on. It must discard clear text that was received before it
   * agreed. The system's clock measures the handshake's time limit and the read time-outs.
   *
   * @param flow the flow below, owned by the returned flow
   */
  public static TlsFlow upgrade(Flow flow, TlsServer server) throws IOException {
    return upgrade(flow, server, TimeSource.system());
  }

  /**
   * Starts TLS as the server, as {@link #upgrade(Flow, TlsServer)} does, on another clock.
   *
   * @param time measures the handshake's time limit and the read time-outs; usually {@code
   *     listener.timeSource()} of the listener that accepted the flow
   */
  public static TlsFlow upgrade(Flow flow, TlsServer server, TimeSource time) throws IOException {
    return server.over(flow, time);
  }

  /** Returns the rules that make {@link #CLIENT} and {@link #SERVER}. */
  static List<Derivation<?>> derivations() {
    return List.of(client(), server());
  }

  private static Derivation<TlsClient> client() {
    Derivation.Builder<TlsClient> rule = Derivation.builder(CLIENT);
    Input<TlsProvider> provider = rule.input(required(PROVIDER));
    Input<TlsTrust> trust = rule.input(withDefault(TRUST, TlsTrust.platform()));
    Input<Optional<TlsIdentity>> identity = rule.input(optional(IDENTITY));
    Input<Optional<SSLContext>> context = rule.input(optional(CONTEXT));
    Input<List<String>> alpn = rule.input(withDefault(ALPN, TlsSettings.DEFAULT.alpn()));
    Input<Set<TlsVersion>> versions =
        rule.input(withDefault(VERSIONS, TlsSettings.DEFAULT.versions()));
    Input<Optional<List<String>>> cipherSuites = rule.input(optional(CIPHER_SUITES));
    Input<Optional<String>> serverName = rule.input(optional(SERVER_NAME));
    return rule.build(
        in -> {
          TlsClient.Builder client =
              TlsClient.builder(in.get(provider))
                  .trust(in.get(trust))
                  .alpn(in.get(alpn))
                  .versions(in.get(versions));
          in.get(identity).ifPresent(client::identity);
          in.get(context).ifPresent(client::context);
          in.get(cipherSuites).ifPresent(client::cipherSuites);
          in.get(serverName).ifPresent(client::serverName);
          return Verdict.of(client.build());
        });
  }

  private static Derivation<TlsServer> server() {
    Derivation.Builder<TlsServer> rule = Derivation.builder(SERVER);
    Input<TlsProvider> provider = rule.input(required(PROVIDER));
    Input<Optional<TlsIdentity>> identity = rule.input(optional(IDENTITY));
    Input<Optional<SSLContext>> context = rule.input(optional(CONTEXT));
    Input<Optional<TlsTrust>> clientTrust = rule.input(optional(CLIENT_TRUST));
    Input<List<String>> alpn = rule.input(withDefault(ALPN, TlsSettings.DEFAULT.alpn()));
    Input<Set<TlsVersion>> versions =
        rule.input(withDefault(VERSIONS, TlsSettings.DEFAULT.versions()));
    Input<Optional<List<String>>> cipherSuites = rule.input(optional(CIPHER_SUITES));
    Input<Duration> handshakeTimeout =
        rule.input(withDefault(HANDSHAKE_TIMEOUT, TlsServer.Builder.HANDSHAKE_TIMEOUT));
    return rule.build(
        in -> {
          if (in.get(identity).isEmpty() && in.get(context).isEmpty()) {
            return Verdict.decline("a server needs a certificate and its key: give tls.identity");
          }
          TlsServer.Builder server =
              in.get(context)
                  .map(given -> TlsServer.builder(in.get(provider), given))
                  .orElseGet(
                      () -> TlsServer.builder(in.get(provider), in.get(identity).orElseThrow()));
          server
              .alpn(in.get(alpn))
              .versions(in.get(versions))
              .handshakeTimeout(in.get(handshakeTimeout));
          in.get(clientTrust).ifPresent(server::clientTrust);
          in.get(cipherSuites).ifPresent(server::cipherSuites);
          return Verdict.of(server.build());
        });
  }
}
