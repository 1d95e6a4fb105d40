package dev.mimic.sockets;

import dev.mimic.Flow;
import dev.mimic.FlowPipe;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Optional;

/** A flow's input, whose failures are those of sockets. */
final class SocketInput extends InputStream {
  private final Flow flow;

  SocketInput(Flow flow) {
    this.flow = flow;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    try {
      return flow.read(ByteBuffer.wrap(bytes, offset, length));
    } catch (IOException e) {
      throw SocketFailures.using(e);
    }
  }

  /**
   * Returns how much is there, where the flow is a connection of the host's own or of a network in
   * memory; otherwise 0, which means that nothing is known, as for an {@code SSLSocket} that has
   * not read.
   */
  @Override
  public int available() throws IOException {
    if (flow instanceof FlowPipe.End end) {
      return end.available();
    }
    Optional<Socket> bare =
        flow.info().below().isEmpty()
            ? flow.find(SocketChannel.class).map(SocketChannel::socket)
            : Optional.empty();
    try {
      return bare.isEmpty() ? 0 : bare.get().getInputStream().available();
    } catch (IOException e) {
      if (flow.isOpen()) {
        return 0; // the input is shut down, perhaps just now
      }
      throw SocketFailures.using(e);
    }
  }
}
