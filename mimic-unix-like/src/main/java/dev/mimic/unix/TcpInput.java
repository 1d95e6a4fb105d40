package dev.mimic.unix;

import dev.mimic.flow.InterruptibleLock;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The input of a TCP channel. Timed reads use the channel's socket adaptor, the only part of the
 * JDK that supports a timeout on a blocking channel. The kernel or the JDK's poller measures the
 * time.
 */
final class TcpInput implements SocketInput {
  private static final int BOUNCE_BYTES = 16 * 1024;

  private final SocketChannel channel;
  private final Socket socket;
  private final InputStream input;
  private byte @Nullable [] bounce; // the adaptor reads only into arrays; guarded by the read lock

  TcpInput(SocketChannel connected) throws IOException {
    this.channel = connected;
    this.socket = connected.socket();
    this.input = socket.getInputStream(); // not available after shutdownInput
  }

  @Override
  public int read(ByteBuffer dst, int atMostMillis) throws IOException {
    if (atMostMillis == 0) {
      return channel.read(dst);
    }
    socket.setSoTimeout(atMostMillis);
    return dst.hasArray() ? readIntoArray(dst) : readThroughBounce(dst);
  }

  private int readIntoArray(ByteBuffer dst) throws IOException {
    int count = input.read(dst.array(), dst.arrayOffset() + dst.position(), dst.remaining());
    if (count > 0) {
      dst.position(dst.position() + count);
    }
    return count;
  }

  private int readThroughBounce(ByteBuffer dst) throws IOException {
    byte[] array = bounce;
    if (array == null) {
      array = new byte[BOUNCE_BYTES];
      bounce = array;
    }
    int count = input.read(array, 0, Math.min(array.length, dst.remaining()));
    if (count > 0) {
      dst.put(array, 0, count);
    }
    return count;
  }

  @Override
  public int available(InterruptibleLock writing) throws IOException {
    return input.available();
  }

  @Override
  public void shutdown() throws IOException {
    channel.shutdownInput();
  }
}
