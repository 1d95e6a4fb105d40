package dev.mimic.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.mimic.Context;
import dev.mimic.FlowInfo;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request: what a client sends, and what an {@link HttpHandler} gets. Immutable, but for a body
 * that is a stream.
 */
public final class HttpRequest {
  private static final Pattern METHOD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private final String method;
  private final URI url;
  private final String path;
  private final HttpHeaders headers;
  private final HttpBody body;
  private final @Nullable Duration timeout;
  private final @Nullable String over;
  private final Context context;
  private final @Nullable FlowInfo flow;

  private HttpRequest(Builder from) {
    this.method = from.method;
    this.url = from.url;
    this.path = from.path;
    this.headers = from.headers;
    this.body = from.body;
    this.timeout = from.timeout;
    this.over = from.over;
    this.context = from.context;
    this.flow = from.flow;
  }

  /** What a request is made of, while it is changed. */
  private static final class Builder {
    String method;
    URI url;
    String path;
    HttpHeaders headers = HttpHeaders.empty();
    HttpBody body = HttpBody.empty();
    @Nullable Duration timeout;
    @Nullable String over;
    Context context = Context.empty();
    @Nullable FlowInfo flow;

    Builder(String method, URI url) {
      this.method = method;
      this.url = url;
      this.path = pathOf(url);
    }

    Builder(HttpRequest from) {
      this(from.method, from.url);
      path = from.path;
      headers = from.headers;
      body = from.body;
      timeout = from.timeout;
      over = from.over;
      context = from.context;
      flow = from.flow;
    }
  }

  /** Returns a GET of this URL. */
  public static HttpRequest get(String url) {
    return of("GET", url);
  }

  /** Returns a HEAD of this URL: a GET whose response has no body. */
  public static HttpRequest head(String url) {
    return of("HEAD", url);
  }

  /** Returns a POST to this URL. */
  public static HttpRequest post(String url, HttpBody body) {
    return of("POST", url).withBody(body);
  }

  /** Returns a PUT to this URL. */
  public static HttpRequest put(String url, HttpBody body) {
    return of("PUT", url).withBody(body);
  }

  /** Returns a DELETE of this URL. */
  public static HttpRequest delete(String url) {
    return of("DELETE", url);
  }

  /**
   * Returns a request without a body.
   *
   * @param method any, in upper case as a rule; not CONNECT
   * @param url absolute, {@code http} or {@code https}, percent-encoded where needed; without a
   *     fragment's meaning, and without a user or a password: {@link #withBasicAuthorization} has
   *     them
   */
  public static HttpRequest of(String method, String url) {
    if (!METHOD.matcher(method).matches() || method.equals("CONNECT")) {
      throw new IllegalArgumentException(
          "\"%s\" is no method that can be sent: write GET, POST or another".formatted(method));
    }
    return new HttpRequest(new Builder(method, Urls.parse(url)));
  }

  /** Returns what a server received. */
  static HttpRequest received(
      String method, URI url, String path, HttpHeaders headers, HttpBody body, FlowInfo flow) {
    Builder received = new Builder(method, url);
    received.path = path;
    received.headers = headers;
    received.body = body;
    received.flow = flow;
    return new HttpRequest(received);
  }

  /** Returns this request, sent to another place, as a redirection asks. */
  HttpRequest redirected(String toMethod, URI to) {
    Builder redirected = new Builder(this);
    redirected.method = toMethod;
    redirected.url = to;
    redirected.path = pathOf(to);
    return new HttpRequest(redirected);
  }

  /** Returns this request with these headers in place of its own. */
  public HttpRequest withHeaders(HttpHeaders replacing) {
    Builder changed = new Builder(this);
    changed.headers = requireNonNull(replacing, "replacing");
    return new HttpRequest(changed);
  }

  /** Returns this request with this header field in place of those of its name. */
  public HttpRequest withHeader(String name, String value) {
    return withHeaders(headers.with(name, value));
  }

  /** Returns this request with credentials in clear (RFC 7617): they belong over TLS. */
  public HttpRequest withBasicAuthorization(String user, String password) {
    if (user.indexOf(':') >= 0) {
      throw new IllegalArgumentException("a user's name must not hold a colon (RFC 7617)");
    }
    byte[] credentials = (user + ":" + password).getBytes(UTF_8);
    return withHeader("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
  }

  /** Returns this request with this body. */
  public HttpRequest withBody(HttpBody other) {
    Builder changed = new Builder(this);
    changed.body = requireNonNull(other, "other");
    return new HttpRequest(changed);
  }

  /** Returns this request with a time limit of its own. */
  public HttpRequest withTimeout(Duration limit) {
    Builder changed = new Builder(this);
    changed.timeout = Timeouts.checked(limit, "limit");
    return new HttpRequest(changed);
  }

  /**
   * Returns this request, to be sent over a flow to this address, in place of the one that the URL
   * names: {@code unix:/run/x.sock}, {@code tcp://localhost:1234}. Host and path are the URL's. For
   * an {@code https} URL it must be an address of TLS; the certificate must be for the URL's host.
   */
  public HttpRequest over(String address) {
    Builder changed = new Builder(this);
    changed.over = requireNonNull(address, "address");
    return new HttpRequest(changed);
  }

  /**
   * Returns this request with values for the resolution, such as {@code Network.HOPS}. Requests
   * share connections if they have the same context object. With a name or a key that is for one
   * server ({@code Tls.IDENTITY}, {@code Tls.SERVER_NAME}) no redirection to another is followed.
   */
  public HttpRequest withContext(Context extra) {
    Builder changed = new Builder(this);
    changed.context = requireNonNull(extra, "extra");
    return new HttpRequest(changed);
  }

  /** Returns the method. */
  public String method() {
    return method;
  }

  /** Returns the whole URL, without a fragment. */
  public String url() {
    return url.toString();
  }

  URI uri() {
    return url;
  }

  /** Returns the path, not decoded; {@code /} if the URL has none, {@code *} if that was sent. */
  public String path() {
    return path;
  }

  private static String pathOf(URI url) {
    String path = url.getRawPath();
    return path == null || path.isEmpty() ? "/" : path;
  }

  /** Returns what follows the question mark, not decoded. */
  public Optional<String> query() {
    return Optional.ofNullable(url.getRawQuery());
  }

  /** Returns the header fields. */
  public HttpHeaders headers() {
    return headers;
  }

  /** Returns the value of the first header field of this name. */
  public Optional<String> header(String name) {
    return headers.first(name);
  }

  /** Returns the body; that of a received request is a stream, which can be read once. */
  public HttpBody body() {
    return body;
  }

  /** Returns what it came in by, at a server. */
  public Optional<FlowInfo> flow() {
    return Optional.ofNullable(flow);
  }

  Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  Optional<String> over() {
    return Optional.ofNullable(over);
  }

  Context context() {
    return context;
  }

  /** Returns the method and the URL, the query left out: it may hold what is secret. */
  @Override
  public String toString() {
    return method + " " + Urls.shown(url);
  }
}
