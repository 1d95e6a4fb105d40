package dev.mimic.http;

import dev.mimic.Context;
import dev.mimic.tls.Tls;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.client.Origin;

/**
 * To whom requests go, and by what: those with an equal route share connections.
 *
 * @param scheme http or https
 * @param host with brackets if it is an IPv6 address
 * @param over the address to be resolved in place of the URL's
 * @param context what the caller adds to the resolution; equal to itself alone
 */
record Route(String scheme, String host, int port, Optional<String> over, Context context) {

  static Route of(HttpRequest request) {
    URI url = request.uri();
    int port = url.getPort() < 0 ? Urls.defaultPort(url.getScheme()) : url.getPort();
    return new Route(url.getScheme(), url.getHost(), port, request.over(), request.context());
  }

  boolean isSecure() {
    return scheme.equals(Http.SECURE_SCHEME);
  }

  /** Returns whether a request for the other may carry what is secret to this one. */
  boolean isSameServer(Route other) {
    return scheme.equals(other.scheme) && host.equals(other.host) && port == other.port;
  }

  /** Returns the address that is resolved. */
  String address() {
    return over.orElseGet(() -> "%s://%s:%d/".formatted(scheme, host, port));
  }

  /** Returns what it is resolved with; the caller's own values come before these. */
  Context resolution(List<HttpVersion> versions) {
    Context ours =
        Context.empty().with(Tls.ALPN, versions.stream().map(HttpVersion::alpn).toList());
    if (isSecure() && over.isPresent()) {
      ours = ours.with(Tls.SERVER_NAME, host);
    }
    return ours.merge(context);
  }

  Origin origin(HttpVersion version) {
    return new Origin(
        scheme,
        new Origin.Address(host, port),
        null,
        new Origin.Protocol(List.of(version.alpn()), false),
        FlowTransport.CONNECTED);
  }

  /**
   * Returns who it leads to, for messages; an address given in place of the URL's may be secret.
   */
  @Override
  public String toString() {
    String server =
        port == Urls.defaultPort(scheme)
            ? "%s://%s".formatted(scheme, host)
            : "%s://%s:%d".formatted(scheme, host, port);
    return over.isPresent() ? server + " (over another address)" : server;
  }
}
