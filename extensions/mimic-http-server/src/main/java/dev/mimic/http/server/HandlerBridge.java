package dev.mimic.http.server;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import dev.mimic.flow.FlowServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** A Jetty handler that calls an {@link HttpHandler} in the same thread and sends its response. */
final class HandlerBridge extends Handler.Abstract {
  private static final String SECURE_SCHEME = "https";
  private static final int PORT = 80;
  private static final int SECURE_PORT = 443;

  private final HttpHandler handler;
  private final FlowServer.Reporter reporter;

  HandlerBridge(HttpHandler handler, FlowServer.Reporter reporter) {
    this.handler = handler;
    this.reporter = reporter;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    FlowEndPoint endPoint = endPoint(request);
    HttpResponse answer = answer(request, endPoint);
    new ResponseWriter(answer, request, response, reporter).send(callback);
    return true;
  }

  static FlowEndPoint endPoint(Request request) {
    return (FlowEndPoint) request.getConnectionMetaData().getConnection().getEndPoint();
  }

  private HttpResponse answer(Request request, FlowEndPoint endPoint) {
    HttpRequest received = toHttpRequest(request, endPoint);
    try {
      HttpResponse answer = handler.handle(received);
      return requireNonNull(answer, "the handler's response");
    } catch (Throwable e) { // an Error too: it concerns this request only and must be reported
      Optional<Throwable> malformed = malformed(e);
      if (malformed.isPresent()) { // a fault of the client, not of the handler
        reporter.report(
            "%s, from %s".formatted(malformed.get().getMessage(), peer(request)), malformed.get());
        return HttpResponse.of(HttpStatus.BAD_REQUEST_400, "the request's body is malformed\n");
      }
      reporter.report("the handler of " + received + " failed", e);
      return HttpResponse.of(HttpStatus.INTERNAL_SERVER_ERROR_500, "the server failed\n");
    }
  }

  private static Optional<Throwable> malformed(Throwable failure) {
    return Throwables.getCausalChain(failure).stream()
        .filter(MalformedRequestException.class::isInstance)
        .findFirst();
  }

  private static String peer(Request request) {
    return String.valueOf(request.getConnectionMetaData().getRemoteSocketAddress());
  }

  private void reportMalformed(Request request, String reason, @Nullable Throwable cause) {
    MalformedRequestException malformed = new MalformedRequestException(reason, cause);
    reporter.report("%s, from %s".formatted(malformed.getMessage(), peer(request)), malformed);
  }

  private static HttpRequest toHttpRequest(Request request, FlowEndPoint endPoint) {
    String scheme = endPoint.isSecure() ? SECURE_SCHEME : "http";
    String site = scheme + "://" + Request.getServerName(request) + port(request, scheme);
    String path = Optional.ofNullable(request.getHttpURI().getPath()).orElse("/");
    String query = request.getHttpURI().getQuery();
    BodyStream stream = new BodyStream(request, endPoint);
    long length = request.getLength();
    HttpBody body = length < 0 ? HttpBody.of(stream) : HttpBody.of(stream, length);
    return new HttpRequest(
        request.getMethod(), site, path, query, headers(request), body, endPoint.flow().info());
  }

  private static String port(Request request, String scheme) {
    int port = Request.getServerPort(request);
    int standard = scheme.equals(SECURE_SCHEME) ? SECURE_PORT : PORT;
    return port <= 0 || port == standard ? "" : ":" + port;
  }

  private static HttpHeaders headers(Request request) {
    List<Map.Entry<String, String>> fields =
        request.getHeaders().stream().map(HandlerBridge::field).toList();
    return HttpHeaders.of(fields);
  }

  private static Map.Entry<String, String> field(HttpField field) {
    return Map.entry(field.getName(), field.getValue() == null ? "" : field.getValue());
  }

  /**
   * Answers the requests that Jetty or {@link RequestRules} refuse. A malformed HTTP/2 request is
   * an error of its stream (RFC 9113, section 8.1.1).
   */
  boolean refuse(Request request, Response response, Callback callback) {
    int status = Math.max(response.getStatus(), HttpStatus.BAD_REQUEST_400);
    Throwable cause = (Throwable) request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
    String reason = reason(cause).orElse(HttpStatus.getMessage(status));
    if (HttpStatus.isClientError(status) || status == HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505) {
      reportMalformed(request, reason, cause);
    } else if (status != HttpStatus.NOT_IMPLEMENTED_501) {
      reporter.report(
          "a request from %s failed: %s".formatted(peer(request), reason),
          cause == null ? new IllegalStateException(reason) : cause);
    }
    if (status == HttpStatus.BAD_REQUEST_400 && RequestRules.reset(request)) {
      callback.failed(new EofException("malformed"));
      return true;
    }
    HttpResponse answer = HttpResponse.of(status, HttpStatus.getMessage(status) + "\n");
    new ResponseWriter(answer, request, response, (what, failure) -> {}).send(callback);
    return true;
  }

  /** Returns the reason in Jetty's exception. */
  static Optional<String> reason(@Nullable Throwable jettyFailure) {
    return jettyFailure == null
        ? Optional.empty()
        : Throwables.getCausalChain(jettyFailure).stream()
            .filter(HttpException.class::isInstance)
            .map(each -> ((HttpException) each).getReason())
            .filter(reason -> reason != null)
            .findFirst();
  }
}
