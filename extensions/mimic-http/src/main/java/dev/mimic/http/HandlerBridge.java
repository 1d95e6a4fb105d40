package dev.mimic.http;

import static java.util.Objects.requireNonNull;

import dev.mimic.FlowInfo;
import dev.mimic.FlowServer;
import dev.mimic.tls.TlsFlow;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Takes requests from Jetty to a handler, and its answers back, in Jetty's virtual thread. */
final class HandlerBridge extends Handler.Abstract {
  private static final int BAD_REQUEST = 400;
  private static final int SERVER_ERROR = 500;

  private final HttpHandler handler;
  private final FlowServer.Reporter reporter;

  HandlerBridge(HttpHandler handler, FlowServer.Reporter reporter) {
    this.handler = handler;
    this.reporter = reporter;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    FlowEndPoint endPoint =
        (FlowEndPoint) request.getConnectionMetaData().getConnection().getEndPoint();
    endPoint.requestBegins();
    if (request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
      endPoint.linger();
    }
    HttpResponse answer = answer(request, endPoint);
    new SentAnswer(answer, request, response, reporter)
        .send(Callback.from(callback, endPoint::requestEnds));
    return true;
  }

  private HttpResponse answer(Request request, FlowEndPoint endPoint) {
    Optional<HttpRequest> received = received(request, endPoint);
    if (received.isEmpty()) {
      return HttpResponse.of(BAD_REQUEST, "the request's target is no URL\n");
    }
    try {
      HttpResponse answer = handler.handle(received.get());
      return requireNonNull(answer, "the handler's response");
    } catch (Throwable e) { // also an Error: it concerns this request, and is not to be lost
      reporter.report("the handler of " + received.get() + " failed", e);
      return HttpResponse.of(SERVER_ERROR, "the server failed\n");
    }
  }

  private static Optional<HttpRequest> received(Request request, FlowEndPoint endPoint) {
    FlowInfo flow = endPoint.flow().info();
    String scheme = endPoint.flow() instanceof TlsFlow ? Http.SECURE_SCHEME : "http";
    String path = Optional.ofNullable(request.getHttpURI().getPath()).orElse("/");
    String query = request.getHttpURI().getQuery();
    try {
      URI url =
          new URI(
              scheme
                  + "://"
                  + Request.getServerName(request)
                  + port(request, scheme)
                  + (path.startsWith("/") ? path : "/")
                  + (query == null ? "" : "?" + query));
      BodyStream stream = new BodyStream(request, new ReceivedBody(endPoint));
      long length = request.getLength();
      HttpBody body = length < 0 ? HttpBody.of(stream) : HttpBody.of(stream, length);
      return Optional.of(
          HttpRequest.received(request.getMethod(), url, path, headers(request), body, flow));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static String port(Request request, String scheme) {
    int port = Request.getServerPort(request);
    return port <= 0 || port == Urls.defaultPort(scheme) ? "" : ":" + port;
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
   * Answers what Jetty refuses itself, such as a request that is malformed; over HTTP/2 that is an
   * error of the stream (RFC 9113, section 8.1.1).
   */
  static boolean refuse(Request request, Response response, Callback callback) {
    int status = Math.max(response.getStatus(), BAD_REQUEST);
    if (status == BAD_REQUEST
        && request.getConnectionMetaData().getConnection() instanceof HTTP2Connection http2
        && reset(http2.getSession().getStream(Integer.parseInt(request.getId())))) {
      callback.failed(new EofException("malformed"));
      return true;
    }
    HttpResponse answer = HttpResponse.of(status, HttpStatus.getMessage(status) + "\n");
    new SentAnswer(answer, request, response, (what, failure) -> {}).send(callback);
    return true;
  }

  private static boolean reset(@Nullable Stream stream) {
    if (stream == null) {
      return false;
    }
    ResetFrame malformed = new ResetFrame(stream.getId(), ErrorCode.PROTOCOL_ERROR.code);
    stream.reset(malformed, Callback.NOOP);
    return true;
  }
}
