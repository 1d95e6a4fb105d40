package dev.mimic.http.server;

import dev.mimic.flow.FlowServer;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A writer that sends the response of a handler to the client, in the thread of the request. */
final class ResponseWriter {
  private static final int CHUNK_BYTES = 16 * 1024;

  // Fields of the connection, not of the message (RFC 9110, section 7.6.1); Jetty sets its own.
  private static final Set<String> CONNECTION_FIELDS =
      Set.of("keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade");

  private final HttpResponse answer;
  private final Request request;
  private final Response response;
  private final FlowServer.Reporter reporter;

  ResponseWriter(
      HttpResponse answer, Request request, Response response, FlowServer.Reporter reporter) {
    this.answer = answer;
    this.request = request;
    this.response = response;
    this.reporter = reporter;
  }

  /** Sends the whole response and completes the callback. */
  void send(Callback callback) {
    try (HttpBody body = answer.body()) {
      head(body);
      Callback last = reporting(callback);
      byte[] bytes = body.inMemory();
      if (bytes != null && !request.consumeAvailable()) { // the response does not need the rest
        response.getHeaders().put(HttpHeader.CONNECTION, "close"); // ignored in HTTP/2
      }
      if (!hasBody()) {
        response.write(true, null, last);
      } else if (bytes != null) {
        response.write(true, ByteBuffer.wrap(bytes), last);
      } else {
        copy(body);
        callback.succeeded();
      }
    } catch (Throwable e) { // an Error too: the client must not read this as the end of the body
      fail(e, callback);
    }
  }

  /** Reports responses that Jetty refuses to send, but not failures of the connection. */
  private Callback reporting(Callback callback) {
    return Callback.from(
        callback::succeeded,
        failure -> {
          if (failure instanceof HttpException) {
            report(failure);
          }
          callback.failed(failure);
        });
  }

  private void head(HttpBody body) {
    response.setStatus(answer.status());
    for (Map.Entry<String, String> field : answer.headers().fields()) {
      if (!CONNECTION_FIELDS.contains(field.getKey().toLowerCase(Locale.ROOT))) {
        response.getHeaders().add(field.getKey(), field.getValue());
      }
    }
    if (body.contentType().isPresent() && !answer.headers().has("Content-Type")) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, body.contentType().get());
    }
    HttpVersion version = request.getConnectionMetaData().getHttpVersion();
    if (body.length().isEmpty() && version == HttpVersion.HTTP_1_1 && hasBody()) {
      // Jetty would delimit the last response of a connection by closing it, which a client cannot
      // distinguish from a failure.
      response.getHeaders().put(HttpHeader.TRANSFER_ENCODING, "chunked");
    }
    boolean headAlone = request.getMethod().equals("HEAD") && body.length().orElse(0) == 0;
    if (body.length().isPresent() && !headAlone && !HttpStatus.hasNoBody(answer.status())) {
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length().getAsLong());
    }
  }

  private boolean hasBody() {
    return !request.getMethod().equals("HEAD") && !HttpStatus.hasNoBody(answer.status());
  }

  private void copy(HttpBody body) throws IOException {
    ClientStream toClient = new ClientStream(Content.Sink.asOutputStream(response), body.length());
    OutputStream out = new BufferedOutputStream(toClient, CHUNK_BYTES);
    body.writeTo(out);
    out.flush();
    toClient.requireComplete();
    out.close();
  }

  private void fail(Throwable e, Callback callback) {
    if (e instanceof MalformedRequestException && !response.isCommitted()) {
      callback.failed(
          new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400, e.getMessage(), e));
      return;
    }
    if (!(e instanceof DisconnectedException)) {
      report(e);
    }
    if (response.isCommitted()
        && answer.body().length().isEmpty()
        && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_0) {
      // An orderly close would be the end of the body.
      HandlerBridge.endPoint(request).resetFlow();
    }
    callback.failed(new EofException(e)); // Jetty does not log this type
  }

  private void report(Throwable failure) {
    // Without the query, which can contain a secret.
    String target = request.getMethod() + " " + request.getHttpURI().getPath();
    reporter.report("the response to %s failed".formatted(target), failure);
  }

  /** The failure of sending bytes to the client. */
  private static final class DisconnectedException extends IOException {
    DisconnectedException(IOException cause) {
      super("the client is disconnected", cause);
    }

    /** Wraps a failure, unless the reason is that Jetty refuses to send the response. */
    static IOException of(IOException failure) {
      return HandlerBridge.reason(failure).isPresent()
          ? failure
          : new DisconnectedException(failure);
    }
  }

  /** A stream that distinguishes failures of the client from those of the writer of the body. */
  private static final class ClientStream extends FilterOutputStream {
    private final OptionalLong promised;
    private long written;

    ClientStream(OutputStream out, OptionalLong promised) {
      super(out);
      this.promised = promised;
    }

    /** Throws if the body is shorter than its promised length. */
    void requireComplete() throws IOException {
      if (promised.isPresent() && written < promised.getAsLong()) {
        throw new IOException(
            "the body has %d bytes, but its length was given as %d"
                .formatted(written, promised.getAsLong()));
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      written += length;
      if (promised.isPresent() && written > promised.getAsLong()) {
        throw new IOException(
            "the body has at least %d bytes, but its length was given as %d"
                .formatted(written, promised.getAsLong()));
      }
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw DisconnectedException.of(e);
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        out.flush();
      } catch (IOException e) {
        throw DisconnectedException.of(e);
      }
    }

    @Override
    public void close() throws IOException {
      try {
        out.close();
      } catch (IOException e) {
        throw DisconnectedException.of(e);
      }
    }
  }
}
