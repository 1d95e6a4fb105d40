package dev.mimic.http;

import dev.mimic.Key;
import dev.mimic.tls.Tls;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The redirections of one request (RFC 9110, section 15.4). */
final class Redirects {
  private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);
  private static final int SEE_OTHER = 303;
  private static final int TEMPORARY = 307;

  // Who the client is to one server, and who that one is.
  private static final List<Key<?>> OF_ONE_SERVER =
      List.of(Tls.IDENTITY, Tls.SERVER_NAME, Tls.CONTEXT, Tls.CLIENT);

  private final int most;
  private final Set<String> visited = new HashSet<>();
  private int count;

  Redirects(int most) {
    this.most = most;
  }

  /** Returns the next request, or none if this response is what the caller gets. */
  Optional<HttpRequest> next(HttpRequest request, HttpResponse response) throws IOException {
    Optional<String> location = response.header("Location");
    if (most == 0 || !STATUSES.contains(response.status()) || location.isEmpty()) {
      return Optional.empty();
    }
    visited.add(step(request));
    HttpRequest next = follow(request, response.status(), target(request, location.get()));
    if (visited.contains(step(next))) {
      throw new HttpRedirectException(
          "%s: a loop of redirections, back to %s".formatted(request, Urls.shown(next.uri())));
    }
    count++;
    if (count > most) {
      throw new HttpRedirectException(
          "%s: more than %d redirections, the next to %s"
              .formatted(request, most, Urls.shown(next.uri())));
    }
    return Optional.of(next);
  }

  private static String step(HttpRequest request) {
    return request.method() + " " + request.url();
  }

  private static URI target(HttpRequest request, String location) throws IOException {
    try {
      return Urls.parse(request.uri().resolve(new URI(location)).toString());
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new HttpRedirectException(
          "%s: redirected to what is no URL of HTTP: %s".formatted(request, e.getMessage()));
    }
  }

  private static HttpRequest follow(HttpRequest request, int status, URI to) throws IOException {
    HttpRequest next = request.redirected(method(request.method(), status), to);
    check(request, next);
    if (!next.method().equals(request.method())) {
      return withoutBody(forServer(request, next));
    }
    if (!request.body().isRepeatable()) {
      throw new HttpRedirectException(
          "%s: redirected to %s, but its body is a stream that can be sent once: send it there"
              .formatted(request, Urls.shown(to)));
    }
    return forServer(request, next);
  }

  private static String method(String method, int status) {
    boolean asGet =
        status == SEE_OTHER
            ? !method.equals("GET") && !method.equals("HEAD")
            : status < TEMPORARY && method.equals("POST");
    return asGet ? "GET" : method;
  }

  private static void check(HttpRequest request, HttpRequest next) throws IOException {
    Route from = Route.of(request);
    Route to = Route.of(next);
    if (from.isSecure() && !to.isSecure()) {
      throw new HttpRedirectException(
          "%s: redirected to %s, which would not be encrypted: it is not followed"
              .formatted(request, Urls.shown(next.uri())));
    }
    if (request.over().isPresent() && !from.isSameServer(to)) {
      throw new HttpRedirectException(
          "%s: redirected to %s, which may not be behind the address it was sent over: send it there"
              .formatted(request, Urls.shown(next.uri())));
    }
    for (Key<?> key : OF_ONE_SERVER) {
      if (request.context().get(key).isPresent() && !from.isSameServer(to)) {
        throw new HttpRedirectException(
            "%s: redirected to %s, which is another server, and %s is for the first: send it there"
                .formatted(request, Urls.shown(next.uri()), key.name()));
      }
    }
  }

  private static HttpRequest withoutBody(HttpRequest request) {
    HttpHeaders headers = request.headers();
    for (String name :
        List.of(
            "Content-Type",
            "Content-Length",
            "Content-Encoding",
            "Content-Language",
            "Transfer-Encoding",
            "Trailer",
            "Expect")) {
      headers = headers.without(name);
    }
    return request.withHeaders(headers).withBody(HttpBody.empty());
  }

  /** Returns it without what was secret to the first server, where the next is another. */
  private static HttpRequest forServer(HttpRequest request, HttpRequest next) {
    if (Route.of(request).isSameServer(Route.of(next))) {
      return next;
    }
    HttpHeaders headers = next.headers();
    for (String name : List.of("Host", "Authorization", "Cookie", "Proxy-Authorization")) {
      headers = headers.without(name);
    }
    return next.withHeaders(headers);
  }
}
