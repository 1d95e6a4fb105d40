package dev.mimic.http;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.tls.Tls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RedirectTest {
  private final MimicResolver resolver = Place.resolver(true);
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;
  private HttpServer secure;
  private HttpClient client;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.listen(resolver, "http://localhost:0", this::answer);
    secure = HttpServer.listen(resolver, "https://localhost:0", this::answer);
    client = HttpClient.of(resolver);
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
    secure.close();
  }

  /** {@code /302?/there} redirects there by this status; all else is answered with what came. */
  private HttpResponse answer(HttpRequest request) throws IOException {
    String body = request.body().text();
    seen.add(
        "%s %s %s %s %s"
            .formatted(
                request.method(),
                request.path(),
                body,
                request.header("authorization").orElse("-"),
                request.header("cookie").orElse("-")));
    if (request.path().startsWith("/loop")) {
      String next = request.path().equals("/loop1") ? "/loop2" : "/loop1";
      return HttpResponse.of(302).withHeader("Location", next);
    }
    return request.path().matches("/30\\d")
        ? HttpResponse.of(Integer.parseInt(request.path().substring(1)))
            .withHeader("Location", request.query().orElseThrow())
        : HttpResponse.of(200, request.method() + " " + request.path() + " " + body);
  }

  private String send(HttpRequest request) throws IOException {
    try (HttpResponse response = client.send(request)) {
      return response.body().text();
    }
  }

  private HttpRequest at(String method, String path) {
    return HttpRequest.of(method, server.address() + path);
  }

  @Test
  void aRedirectionIsFollowed() throws Exception {
    for (int status : new int[] {301, 302, 303, 307, 308}) {
      assertThat(send(at("GET", "/" + status + "?/there"))).isEqualTo("GET /there ");
    }
    try (HttpResponse response = client.send(at("GET", "/302?there"))) {
      assertThat(response.url()).isEqualTo(server.address() + "/there");
    }
    assertThat(send(at("GET", "/302?" + secure.address() + "/there"))).isEqualTo("GET /there ");
  }

  @Test
  void aPostBecomesAGetWhereTheRfcSaysSo() throws Exception {
    HttpBody body = HttpBody.of("body");
    for (int status : new int[] {301, 302, 303}) {
      assertThat(send(at("POST", "/" + status + "?/there").withBody(body)))
          .isEqualTo("GET /there ");
    }
    for (int status : new int[] {307, 308}) {
      assertThat(send(at("POST", "/" + status + "?/there").withBody(body)))
          .isEqualTo("POST /there body");
    }
    assertThat(send(at("PUT", "/302?/there").withBody(body))).isEqualTo("PUT /there body");
  }

  @Test
  void aLoopIsToldAsSuch() {
    HttpRequestFailure failure = failure(at("GET", "/loop1"));
    assertThat(failure.message).contains("a loop of redirections, back to");
  }

  @Test
  void thereIsALimit() throws Exception {
    HttpServer endless =
        HttpServer.listen(
            resolver,
            "http://localhost:0",
            request -> HttpResponse.of(302).withHeader("Location", request.path() + "x"));
    try (endless) {
      HttpRequestFailure failure = failure(HttpRequest.get(endless.address() + "/"));
      assertThat(failure.message).contains("more than 10 redirections, the next to http://");
    }
  }

  @Test
  void noneIsFollowedFromHttpsToHttp() {
    HttpRequest request = HttpRequest.get(secure.address() + "/302?" + server.address() + "/there");
    assertThat(failure(request).message).contains("would not be encrypted: it is not followed");
    assertThat(seen).hasSize(1);
  }

  @Test
  void credentialsStayWithTheirServer() throws Exception {
    for (String to : List.of("", secure.address())) {
      String unused =
          send(
              at("GET", "/302?" + to + "/there")
                  .withBasicAuthorization("me", "secret")
                  .withHeader("Cookie", "a=b"));
    }
    assertThat(seen.get(1)).endsWith("Basic bWU6c2VjcmV0 a=b");
    assertThat(seen.get(3)).endsWith(" - -");
  }

  @Test
  void whoTheClientIsToOneServerIsNotShownToAnother() throws Exception {
    Context me = Context.empty().with(Tls.IDENTITY, Place.identity(Place.certificate()));
    assertThat(send(at("GET", "/302?/there").withContext(me))).isEqualTo("GET /there ");
    HttpRequest elsewhere = at("GET", "/302?" + secure.address() + "/there").withContext(me);
    assertThat(failure(elsewhere).message)
        .contains("which is another server, and tls.identity is for the first: send it there");
  }

  @Test
  void aStreamIsNotSentTwice() {
    HttpRequest request = at("POST", "/307?/there").withBody(HttpBody.of(new Pattern(10).stream()));
    assertThat(failure(request).message).contains("its body is a stream that can be sent once");
  }

  @Test
  void anotherServerIsNotLookedForBehindAnAddressOfTheCallers() {
    HttpRequest request =
        HttpRequest.get("http://localhost/302?http://other.example/").over(server.address());
    assertThat(failure(request).message).contains("may not be behind the address");
  }

  @Test
  void itCanBeSwitchedOff() throws Exception {
    try (HttpClient plain = HttpClient.builder(resolver).followRedirects(0).build();
        HttpResponse response = plain.send(at("GET", "/302?/there"))) {
      assertThat(response.status()).isEqualTo(302);
      assertThat(response.header("location")).hasValue("/there");
    }
  }

  @Test
  void whatIsNoUrlIsNotFollowed() {
    assertThat(failure(at("GET", "/302?mailto:x@y")).message).contains("no URL of HTTP");
    assertThat(failure(at("GET", "/302?http://u:secret@h/")).message).doesNotContain("secret");
  }

  private record HttpRequestFailure(String message) {}

  private HttpRequestFailure failure(HttpRequest request) {
    HttpRedirectException failure =
        assertThrows(HttpRedirectException.class, () -> client.send(request));
    assertThat(failure).hasMessageThat().doesNotContain("\n");
    return new HttpRequestFailure(String.valueOf(failure.getMessage()));
  }
}
