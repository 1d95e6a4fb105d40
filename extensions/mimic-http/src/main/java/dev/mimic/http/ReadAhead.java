package dev.mimic.http;

import java.io.IOException;
import java.net.ProtocolException;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.internal.connection.BufferedSocket;
import okhttp3.internal.connection.RealCall;
import okhttp3.internal.connection.RealConnection;
import okhttp3.internal.http.RealInterceptorChain;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * What has been read ahead on an HTTP/1.1 connection. After a response there must be nothing:
 * OkHttp 5.5 takes a surplus for the response to the next request.
 *
 * <p>OkHttp shows its read buffer to nobody, so this reaches into its internals; where another
 * version has changed them, only the socket is looked at. A surplus that arrives after the next
 * request was sent cannot be told from its response, by any client of HTTP/1.1.
 */
final class ReadAhead {
  private final @Nullable Connection connection; // null for HTTP/2, whose frames name their stream
  private final @Nullable Buffer buffer;

  private ReadAhead(@Nullable Connection connection, @Nullable Buffer buffer) {
    this.connection = connection;
    this.buffer = buffer;
  }

  static ReadAhead of(Interceptor.Chain chain) throws IOException {
    Connection connection = chain.connection();
    return connection != null && connection.protocol() == Protocol.HTTP_1_1
        ? new ReadAhead(connection, buffer(connection, chain))
        : new ReadAhead(null, null);
  }

  private static @Nullable Buffer buffer(Connection connection, Interceptor.Chain chain)
      throws IOException {
    try {
      return connection instanceof RealConnection real
              && chain instanceof RealInterceptorChain ofNetwork
              && chain.call() instanceof RealCall call
              && real.newCodec$okhttp(call.getClient(), ofNetwork).getSocket()
                  instanceof BufferedSocket socket
          ? socket.getSource().getBuffer()
          : null;
    } catch (LinkageError e) {
      return null; // of another version
    }
  }

  private boolean isEmpty() throws IOException {
    return connection == null
        || ((buffer == null || buffer.exhausted())
            && connection.socket().getInputStream().available() == 0);
  }

  /** Closes the connection if there is anything, so that OkHttp does not use it again. */
  void dropSurplus() throws IOException {
    if (connection != null && !connection.socket().isClosed() && !isEmpty()) {
      connection.socket().close();
    }
  }

  /** Refuses a connection on which there is something before the request is sent. */
  void requireNone() throws IOException {
    if (!isEmpty()) {
      dropSurplus();
      throw new ProtocolException(
          "%s: the server sent more than it was asked for: try again"
              .formatted(connection == null ? "" : connection.route().address().url().redact()));
    }
  }
}
