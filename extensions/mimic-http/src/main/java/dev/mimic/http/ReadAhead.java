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
 * The bytes read ahead on an HTTP/1.1 connection. There must be none before a request: OkHttp 5.5
 * reads surplus bytes of one response as the response to the next request.
 *
 * <p>The check takes place before a request is sent, while its call owns the connection. The end of
 * a response is too late: OkHttp has released the connection by then, and the bytes can be the
 * response to another call.
 *
 * <p>OkHttp's read buffer is not public, so this class uses OkHttp's internals. With a version of
 * OkHttp that has changed them, only the socket is checked. No HTTP/1.1 client can distinguish a
 * surplus that arrives after the next request from the response to that request.
 */
final class ReadAhead {
  /** The constant for HTTP/2: always empty, because each frame belongs to a numbered stream. */
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

  /**
   * Returns the bytes read ahead on this connection. The result does not refer to the connection.
   */
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
      return null; // another version of OkHttp
    }
  }

  private boolean isEmpty() throws IOException {
    return (buffer == null || buffer.exhausted()) && input.available() == 0;
  }

  /**
   * Closes the connection if bytes have been read ahead. The request then fails as on a connection
   * that the server has closed, and OkHttp sends it again on another one. The bytes are discarded,
   * because OkHttp reads a response even if sending the request failed.
   */
  void closeIfSurplus() throws IOException {
    if (!isEmpty()) {
      socket.close();
      if (buffer != null) {
        buffer.clear();
      }
    }
  }
}
