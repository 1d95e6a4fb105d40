package dev.mimic.proxy;

import dev.mimic.flow.Flow;
import dev.mimic.flow.PeerGoneException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Requests to a proxy, and its answers, of which no more is read than is asked for. A failure tells
 * which request had no answer.
 */
final class ProxyTalk {
  private final Flow flow;
  private final String proxy;
  private String request = "anything";

  /**
   * Makes a conversation in which nothing has been said.
   *
   * @param proxy names it in messages
   */
  ProxyTalk(Flow flow, String proxy) {
    this.flow = flow;
    this.proxy = proxy;
  }

  /**
   * Sends a request.
   *
   * @param request what messages call it
   */
  void ask(String request, byte[] bytes) throws IOException {
    this.request = request;
    try {
      flow.write(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /** Returns the next byte. */
  int next() throws IOException {
    return next(1)[0] & 0xff;
  }

  /** Returns so many bytes. */
  byte[] next(int count) throws IOException {
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
    byte[] unused = next(count);
  }
}
