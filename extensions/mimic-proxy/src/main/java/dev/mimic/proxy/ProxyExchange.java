package dev.mimic.proxy;

import dev.mimic.flow.Flow;
import dev.mimic.flow.PeerGoneException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * An exchange of requests and responses with a proxy. Reads exactly the requested number of bytes.
 * The message of a failure names the request that was not answered.
 */
final class ProxyExchange {
  private final Flow flow;
  private final String proxy;
  private String request = "any request";

  /**
   * Creates an exchange over the flow.
   *
   * @param proxy the description of the proxy in messages
   */
  ProxyExchange(Flow flow, String proxy) {
    this.flow = flow;
    this.proxy = proxy;
  }

  /**
   * Sends a request.
   *
   * @param request the name of the request in messages
   */
  void send(String request, byte[] bytes) throws IOException {
    this.request = request;
    try {
      flow.write(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /** Reads one byte, from 0 to 255. */
  int read() throws IOException {
    return read(1)[0] & 0xff;
  }

  /** Reads {@code count} bytes. */
  byte[] read(int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      if (read(buffer) < 0) {
        throw gone(null);
      }
    }
    return buffer.array();
  }

  private int read(ByteBuffer to) throws IOException {
    try {
      return flow.read(to);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  private IOException lost(IOException e) {
    return switch (e) {
      case PeerGoneException gone -> gone(gone);
      case ClosedChannelException here -> here;
      case SocketTimeoutException late -> late;
      default ->
          new IOException(
              "%s was lost before it answered %s: %s".formatted(proxy, request, e.getMessage()), e);
    };
  }

  private PeerGoneException gone(@Nullable PeerGoneException reset) {
    return new PeerGoneException(
        "%s closed the connection before it answered %s".formatted(proxy, request), reset);
  }

  void skip(int count) throws IOException {
    byte[] unused = read(count);
  }
}
