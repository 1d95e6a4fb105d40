package dev.mimic.http.server;

import dev.mimic.FlowServer;
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

/** A handler's response on its way to the client, by the thread of the request. */
final class SentAnswer {
  private static final int CHUNK_BYTES = 16 * 1024;

  // Of one connection, and not of the message (RFC 9110, section 7.6.1); Jetty sends its own.
  private static final Set<String> OF_CONNECTION =
      Set.of("keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade");

  private final HttpResponse answer;
  private final Request request;
  private final Response response;
  private final FlowServer.Reporter reporter;

  SentAnswer(
      HttpResponse answer, Request request, Response response, FlowServer.Reporter reporter) {
    this.answer = answer;
    this.request = request;
    this.response = response;
    this.reporter = reporter;
  }

  /** Sends all of it, and completes the callback. */
  void send(Callback callback) {
    try (HttpBody body = answer.body()) {
      head(body);
      Callback last = reporting(callback);
      byte[] ready = body.ready();
      if (ready != null && !request.consumeAvailable()) { // nor does the answer need it
        response.getHeaders().put(HttpHeader.CONNECTION, "close"); // which HTTP/2 leaves out
      }
      if (!hasBody()) {
        response.write(true, null, last);
      } else if (ready != null) {
        response.write(true, ByteBuffer.wrap(ready), last);
      } else {
        copy(body);
        callback.succeeded();
      }
    } catch (Throwable e) { // also an Error: the client is not to take this for the end
      fail(e, callback);
    }
  }

  /** Reports what Jetty refuses to send, and leaves out the clients that are gone. */
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
      if (!OF_CONNECTION.contains(field.getKey().toLowerCase(Locale.ROOT))) {
        response.getHeaders().add(field.getKey(), field.getValue());
      }
    }
    if (body.contentType().isPresent() && !answer.headers().has("Content-Type")) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, body.contentType().get());
    }
    HttpVersion version = request.getConnectionMetaData().getHttpVersion();
    if (body.length().isEmpty() && version == HttpVersion.HTTP_1_1 && hasBody()) {
      // Also on a connection's last response, which Jetty would end by the connection's end: a
      // client could not tell that from a failure.
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
    ToClient toClient = new ToClient(Content.Sink.asOutputStream(response), body.length());
    OutputStream out = new BufferedOutputStream(toClient, CHUNK_BYTES);
    body.writeTo(out);
    out.flush();
    toClient.checkWhole();
    out.close();
  }

  private void fail(Throwable e, Callback callback) {
    if (e instanceof MalformedRequestException && !response.isCommitted()) {
      callback.failed(
          new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400, e.getMessage(), e));
      return;
    }
    if (!(e instanceof ClientGone)) {
      report(e);
    }
    if (response.isCommitted()
        && answer.body().length().isEmpty()
        && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_0) {
      // The end of the connection would be the end of the body.
      HandlerBridge.endPoint(request).resetFlow();
    }
    callback.failed(new EofException(e)); // of a kind that Jetty does not log
  }

  private void report(Throwable failure) {
    String asked = request.getMethod() + " " + request.getHttpURI().getPath(); // no query: a secret
    reporter.report("the response to %s failed".formatted(asked), failure);
  }

  /** Bytes that the client could not be sent. */
  private static final class ClientGone extends IOException {
    ClientGone(IOException cause) {
      super("the client is gone", cause);
    }

    /** Returns this failure as one of the client, unless Jetty refuses to send the response. */
    static IOException of(IOException failure) {
      return HandlerBridge.reason(failure).isPresent() ? failure : new ClientGone(failure);
    }
  }

  /** Tells the client's failures from those of the body's writer, such as a wrong length. */
  private static final class ToClient extends FilterOutputStream {
    private final OptionalLong announced;
    private long written;

    ToClient(OutputStream out, OptionalLong announced) {
      super(out);
      this.announced = announced;
    }

    /** Throws if fewer bytes were written than announced. */
    void checkWhole() throws IOException {
      if (announced.isPresent() && written < announced.getAsLong()) {
        throw new IOException(
            "the body has %d bytes where %d were announced"
                .formatted(written, announced.getAsLong()));
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      written += length;
      if (announced.isPresent() && written > announced.getAsLong()) {
        throw new IOException(
            "the body has %d bytes or more where %d were announced"
                .formatted(written, announced.getAsLong()));
      }
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw ClientGone.of(e);
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        out.flush();
      } catch (IOException e) {
        throw ClientGone.of(e);
      }
    }

    @Override
    public void close() throws IOException {
      try {
        out.close();
      } catch (IOException e) {
        throw ClientGone.of(e);
      }
    }
  }
}
