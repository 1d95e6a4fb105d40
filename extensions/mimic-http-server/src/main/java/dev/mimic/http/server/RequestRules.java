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

/** A check of requests beyond Jetty's own checks; also counts the requests of each connection. */
final class RequestRules implements HttpConfiguration.Customizer {
  // RFC 9113, section 8.2.2; "te" is allowed with the value "trailers".
  private static final List<String> CONNECTION_FIELDS =
      List.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

  private static final Duration RESET_DELAY = Duration.ofMillis(500);

  private RequestRules() {}

  /** Adds these rules before all other customizers, unless they have been added before. */
  static void addTo(HttpConfiguration configuration) {
    if (configuration.getCustomizer(RequestRules.class) == null) {
      configuration.getCustomizers().add(0, new RequestRules());
    }
  }

  @Override
  public Request customize(Request request, HttpFields.Mutable response) {
    if (!(request.getConnectionMetaData().getConnection().getEndPoint()
        instanceof FlowEndPoint endPoint)) {
      return request; // another connector shares the configuration
    }
    endPoint.requestBegins();
    request.addHttpStreamWrapper(stream -> new CountedStream(stream, endPoint, request));
    HttpVersion version = request.getConnectionMetaData().getHttpVersion();
    if (HttpMethod.CONNECT.is(request.getMethod())) {
      throw new HttpException.RuntimeException(
          HttpStatus.NOT_IMPLEMENTED_501, "CONNECT is not supported");
    }
    if (version == HttpVersion.HTTP_2) {
      refuseConnectionFields(request);
    }
    return endPoint.isSecure() ? secure(request) : request;
  }

  private static void refuseConnectionFields(Request request) {
    for (HttpField each : request.getHeaders()) {
      String name = each.getLowerCaseName();
      if (CONNECTION_FIELDS.contains(name)
          || (name.equals("te") && !"trailers".equalsIgnoreCase(each.getValue()))) {
        boolean unused = reset(request);
        throw new HttpException.RuntimeException(
            HttpStatus.BAD_REQUEST_400, "the field %s is not allowed in HTTP/2".formatted(name));
      }
    }
  }

  /**
   * Resets the stream of a malformed HTTP/2 request (RFC 9113, section 8.1.1); returns whether the
   * request is one of HTTP/2.
   */
  static boolean reset(Request request) {
    stream(request).ifPresent(stream -> reset(stream, ErrorCode.PROTOCOL_ERROR));
    return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2;
  }

  private static void reset(Stream stream, ErrorCode code) {
    if (stream.getListener() instanceof Http2BodyListener listener) {
      listener.done();
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

  /** A stream whose request is counted until its response is sent. */
  private static final class CountedStream extends HttpStream.Wrapper {
    private final FlowEndPoint endPoint;
    private final @Nullable HTTP2Stream http2;
    private final @Nullable Http2BodyListener listener;
    private final boolean last;
    private volatile boolean resetting;

    CountedStream(HttpStream stream, FlowEndPoint endPoint, Request request) {
      super(stream);
      this.endPoint = endPoint;
      this.http2 = stream(request).orElse(null);
      this.listener = http2 == null ? null : Http2BodyListener.of(http2, request.getLength() >= 0);
      this.last = isLast(request);
    }

    /** Returns whether the bytes after this request must not be read as another request. */
    private static boolean isLast(Request request) {
      HttpVersion version = request.getConnectionMetaData().getHttpVersion();
      if (HttpMethod.CONNECT.is(request.getMethod())) {
        return version != HttpVersion.HTTP_2; // they can belong to a tunnel
      }
      return version == HttpVersion.HTTP_1_0
          && request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }

    // Called for each response, including one that an error handler sends after it drops the
    // fields.
    @Override
    public void prepareResponse(HttpFields.Mutable headers) {
      super.prepareResponse(headers);
      if (last) {
        headers.put(HttpHeader.CONNECTION, "close");
      }
    }

    @Override
    public void succeeded() {
      if (listener != null) {
        listener.done();
      }
      try {
        super.succeeded();
      } finally {
        endPoint.requestEnds();
      }
    }

    /**
     * Called on failure, and when the response is complete but the request is not. In the latter
     * case the rest of the request is discarded. If the client does not end the stream, it is reset
     * with NO_ERROR after a delay (RFC 9113, section 8.1). Jetty 12.1 would reset it with CANCEL,
     * upon which clients discard the response. The delay is needed because curl 7.88 discards a
     * response that arrives together with the reset.
     */
    @Override
    public void failed(Throwable failure) {
      if (resetting) {
        return;
      }
      if (http2 == null || listener == null) {
        end(failure);
      } else if (http2.isLocallyClosed() && !http2.isReset()) {
        resetting = true;
        AtomicBoolean done = new AtomicBoolean();
        Scheduler.Task reset = endPoint.schedule(() -> endOnce(done, http2, failure), RESET_DELAY);
        listener.discard(
            () -> {
              boolean unused = reset.cancel();
              endOnce(done, http2, failure);
            });
      } else {
        listener.done();
        end(failure);
      }
    }

    private void endOnce(AtomicBoolean done, HTTP2Stream answered, Throwable failure) {
      if (!done.compareAndSet(false, true)) {
        return;
      }
      if (answered.isClosed()) { // by the client; Jetty would still reset it
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
