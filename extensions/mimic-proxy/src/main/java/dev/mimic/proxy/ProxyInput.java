package dev.mimic.proxy;

import dev.mimic.Flow;
import dev.mimic.PeerGoneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a proxy says, of which no more is read than is asked for. */
final class ProxyInput {
  private final Flow flow;
  private final Supplier<String> whose;

  ProxyInput(Flow flow, Supplier<String> whose) {
    this.flow = flow;
    this.whose = whose;
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
    } catch (PeerGoneException e) {
      throw gone(e);
    }
  }

  private PeerGoneException gone(@Nullable PeerGoneException reset) {
    return new PeerGoneException(whose.get() + " closed the connection before it answered", reset);
  }

  void skip(int count) throws IOException {
    byte[] unused = next(count);
  }
}
