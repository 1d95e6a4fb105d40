package dev.mimic.http;

import java.io.IOException;
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
 * The bytes read ahead on an HTTP/1.1 connection. Before a request there must be none: OkHttp 5.5
 * takes the surplus of one response for the response to the next request.
 *
 * <p>This is looked at when a request is about to be sent, while its call owns the connection. At
 * the end of a response it would be too late: OkHttp has given the connection away by then, and
 * what is there can be the response to another call.
 *
 * <p>OkHttp has no public access to its read buffer, so this reaches into its internals; where
 * another version has changed them, only the socket is looked at. A surplus that arrives after the
 * next request was sent cannot be told from its response, by any client of HTTP/1.1.
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

  /**
   * Closes the connection if there is anything. The request then fails on it as on any connection
   * that the server has closed meanwhile: OkHttp sends it again on another. What has been read
   * ahead is thrown away, because OkHttp looks for a response even where it could not send.
   */
  void dropSurplus() throws IOException {
    if (connection != null && !isEmpty()) {
      connection.socket().close();
      if (buffer != null) {
        buffer.clear();
      }
    }
  }
}
