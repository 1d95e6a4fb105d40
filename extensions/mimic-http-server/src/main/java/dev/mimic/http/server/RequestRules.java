package dev.mimic.http.server;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.HTTP2Stream;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** The rules for requests that Jetty leaves open; counts the requests of each connection, too. */
final class RequestRules implements HttpConfiguration.Customizer {
  // RFC 9113, section 8.2.2; "te" may be there for trailers.
  private static final List<String> OF_CONNECTION =
      List.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

  private static final Duration RESET_DELAY = Duration.ofMillis(500);

  private RequestRules() {}

  /** Adds these rules, first of all, unless they are there. */
  static void addTo(HttpConfiguration configuration) {
    if (configuration.getCustomizer(RequestRules.class) == null) {
      configuration.getCustomizers().add(0, new RequestRules());
    }
  }

  @Override
  public Request customize(Request request, HttpFields.Mutable response) {
    if (!(request.getConnectionMetaData().getConnection().getEndPoint()
        instanceof FlowEndPoint endPoint)) {
      return request; // of another connector that shares the configuration
    }
    endPoint.requestBegins();
    request.addHttpStreamWrapper(stream -> new Counted(stream, endPoint, request));
    HttpVersion version = request.getConnectionMetaData().getHttpVersion();
    if (HttpMethod.CONNECT.is(request.getMethod())) {
      throw new HttpException.RuntimeException(
          HttpStatus.NOT_IMPLEMENTED_501, "CONNECT is not served");
    }
    if (version == HttpVersion.HTTP_2) {
      refuseFieldsOfConnection(request);
    }
    return endPoint.isSecure() ? secure(request) : request;
  }

  private static void refuseFieldsOfConnection(Request request) {
    for (HttpField each : request.getHeaders()) {
      String name = each.getLowerCaseName();
      if (OF_CONNECTION.contains(name)
          || (name.equals("te") && !"trailers".equalsIgnoreCase(each.getValue()))) {
        boolean unused = reset(request);
        throw new HttpException.RuntimeException(
            HttpStatus.BAD_REQUEST_400, "the field %s is not allowed in HTTP/2".formatted(name));
      }
    }
  }

  /**
   * Resets the stream of a request that is malformed (RFC 9113, section 8.1.1); returns false if it
   * is none of HTTP/2.
   */
  static boolean reset(Request request) {
    stream(request).ifPresent(stream -> reset(stream, ErrorCode.PROTOCOL_ERROR));
    return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2;
  }

  private static void reset(Stream stream, ErrorCode code) {
    if (stream.getListener() instanceof StreamWatch watch) {
      watch.done();
    }
    stream.reset(new ResetFrame(stream.getId(), code.code), Callback.NOOP);
  }

  private static Optional<HTTP2Stream> stream(Request request) {
    return request.getConnectionMetaData().getConnection() instanceof HTTP2Connection http2
        ? Optional.ofNullable(http2.getSession().getStream(Integer.parseInt(request.getId())))
        : Optional.empty();
  }

  private static Request secure(Request request) {
    HttpURI uri = request.getHttpURI();
    return HttpScheme.HTTPS.is(uri.getScheme())
        ? request
        : Request.serveAs(request, HttpURI.build(uri).scheme(HttpScheme.HTTPS));
  }

  /** A request that is counted until its response is sent, and all else that follows from it. */
  private static final class Counted extends HttpStream.Wrapper {
    private final FlowEndPoint endPoint;
    private final @Nullable HTTP2Stream http2;
    private final @Nullable StreamWatch watch;
    private final boolean last;
    private volatile boolean resetting;

    Counted(HttpStream stream, FlowEndPoint endPoint, Request request) {
      super(stream);
      this.endPoint = endPoint;
      this.http2 = stream(request).orElse(null);
      this.watch = http2 == null ? null : StreamWatch.of(http2, request.getLength() >= 0);
      this.last = isLast(request);
    }

    /** Returns whether the bytes that follow cannot be trusted to be a request. */
    private static boolean isLast(Request request) {
      HttpVersion version = request.getConnectionMetaData().getHttpVersion();
      if (HttpMethod.CONNECT.is(request.getMethod())) {
        return version != HttpVersion.HTTP_2; // those of a tunnel, perhaps
      }
      return version == HttpVersion.HTTP_1_0
          && request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }

    /** Called for each response, also where an error handler has dropped the first one's fields. */
    @Override
    public void prepareResponse(HttpFields.Mutable headers) {
      super.prepareResponse(headers);
      if (last) {
        headers.put(HttpHeader.CONNECTION, "close");
      }
    }

    @Override
    public void succeeded() {
      if (watch != null) {
        watch.done();
      }
      try {
        super.succeeded();
      } finally {
        endPoint.requestEnds();
      }
    }

    /**
     * Called also when the response is complete and the request is not. What still comes of it is
     * dropped. After a while the stream is reset with NO_ERROR (RFC 9113, section 8.1) if the
     * client has not ended it: Jetty 12.1 has CANCEL for it, and clients drop the response. It is
     * not reset at once: a client that gets the reset together with the response while it sends,
     * such as curl 7.88, drops the response, too, and one that gets the response first stops
     * sending.
     */
    @Override
    public void failed(Throwable failure) {
      if (resetting) {
        return;
      }
      if (http2 == null || watch == null) {
        end(failure);
      } else if (http2.isLocallyClosed() && !http2.isReset()) {
        resetting = true;
        AtomicBoolean over = new AtomicBoolean();
        Scheduler.Task late = endPoint.schedule(() -> endOnce(over, http2, failure), RESET_DELAY);
        watch.drop(
            () -> {
              boolean unused = late.cancel();
              endOnce(over, http2, failure);
            });
      } else {
        watch.done();
        end(failure);
      }
    }

    private void endOnce(AtomicBoolean over, HTTP2Stream answered, Throwable failure) {
      if (!over.compareAndSet(false, true)) {
        return;
      }
      if (answered.isClosed()) { // by the client: Jetty would reset it all the same
        endPoint.requestEnds();
      } else {
        reset(answered, ErrorCode.NO_ERROR);
        end(failure);
      }
    }

    private void end(Throwable failure) {
      try {
        super.failed(failure);
      } finally {
        endPoint.requestEnds();
      }
    }
  }
}
