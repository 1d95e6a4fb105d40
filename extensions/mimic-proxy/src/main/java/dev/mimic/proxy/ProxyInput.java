package dev.mimic.proxy;

import dev.mimic.Flow;
import dev.mimic.PeerGoneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

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
      if (flow.read(buffer) < 0) {
        throw new PeerGoneException(whose.get() + " closed the connection before it answered");
      }
    }
    return buffer.array();
  }

  void skip(int count) throws IOException {
    byte[] unused = next(count);
  }
}
