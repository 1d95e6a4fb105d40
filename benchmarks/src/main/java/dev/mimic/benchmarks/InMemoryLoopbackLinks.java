package dev.mimic.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * TCP over the loopback interface, by blocking {@link SocketChannel}s: TCP_NODELAY, direct buffers,
 * and the kernel's own choice of buffer sizes.
 */
final class InMemoryLoopbackLinks implements InMemoryLinks {
  private static final int BACKLOG = 128;

  private final ServerSocketChannel server;

  InMemoryLoopbackLinks() throws IOException {
    server =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
  }

  @Override
  public Link open() throws IOException {
    SocketChannel near = SocketChannel.open(server.getLocalAddress());
    SocketChannel far = server.accept();
    near.setOption(StandardSocketOptions.TCP_NODELAY, true);
    far.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return new Link(new SocketEnd(near), new SocketEnd(far));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private record SocketEnd(SocketChannel channel) implements End {
    @Override
    public ByteBuffer buffer(int size) {
      return ByteBuffer.allocateDirect(size);
    }

    @Override
    public void write(ByteBuffer src) throws IOException {
      while (src.hasRemaining()) {
        channel.write(src);
      }
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
      return channel.read(dst);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
