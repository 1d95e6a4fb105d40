package dev.mimic.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
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
 * <p>They are looked at when a request is about to be sent, while its call owns the connection. At
 * the end of a response it would be too late: OkHttp has given the connection away by then, and
 * what is there can be the response to another call.
 *
 * <p>OkHttp has no public access to its read buffer, so this reaches into its internals; where
 * another version has changed them, only the socket is looked at. A surplus that arrives after the
 * next request was sent cannot be told from its response, by any client of HTTP/1.1.
 */
final class ReadAhead {
  /** Always empty, for HTTP/2: each of its frames names the stream that it belongs to. */
  private static final ReadAhead NONE =
      new ReadAhead(() -> {}, InputStream.nullInputStream(), null);

  private final Closeable socket;
  private final InputStream input;
  private final @Nullable Buffer buffer;

  private ReadAhead(Closeable socket, InputStream input, @Nullable Buffer buffer) {
    this.socket = socket;
    this.input = input;
    this.buffer = buffer;
  }

  /** Returns the bytes of an exchange's connection, without a reference to the connection. */
  static ReadAhead of(Interceptor.Chain chain, Connection connection) throws IOException {
    if (connection.protocol() != Protocol.HTTP_1_1) {
      return NONE;
    }
    Socket socket = connection.socket();
    return new ReadAhead(socket, socket.getInputStream(), buffer(chain, connection));
  }

  private static @Nullable Buffer buffer(Interceptor.Chain chain, Connection connection)
      throws IOException {
    try {
      return connection instanceof RealConnection real
              && chain instanceof RealInterceptorChain ofNetwork
              && chain.call() instanceof RealCall call
              && real.newCodec$okhttp(call.getClient(), ofNetwork).getSocket()
                  instanceof BufferedSocket buffered
          ? buffered.getSource().getBuffer()
          : null;
    } catch (LinkageError e) {
      return null; // of another version
    }
  }

  private boolean isEmpty() throws IOException {
    return (buffer == null || buffer.exhausted()) && input.available() == 0;
  }

  /**
   * Closes the connection if there is anything. The request then fails on it as on any connection
   * that the server has closed meanwhile: OkHttp sends it again on another. What has been read
   * ahead is thrown away, because OkHttp looks for a response even where it could not send.
   */
  void dropSurplus() throws IOException {
    if (!isEmpty()) {
      socket.close();
      if (buffer != null) {
        buffer.clear();
      }
    }
  }
}
