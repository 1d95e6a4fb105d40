package dev.mimic.inmemory;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A capture of an {@link InMemoryNetwork} in the format pcapng, which Wireshark opens. Each piece
 * of a stream is one or more TCP segments with made-up sequence numbers; there are no
 * acknowledgements of their own and no checksums. Times are those of the network's clock, since its
 * creation. Thread-safe.
 */
public final class PacketCapture implements AutoCloseable {
  private static final int LINKTYPE_RAW = 101; // packets begin with an IP header
  private static final int MAX_SEGMENT = 32 * 1024;
  private static final int FIN = 0x01;
  private static final int SYN = 0x02;
  private static final int RST = 0x04;
  private static final int PSH = 0x08;
  private static final int ACK = 0x10;

  /** The next sequence numbers of a connection. */
  private static final class Sequence {
    private int ofClient;
    private int ofServer;

    private int of(boolean client) {
      return client ? ofClient : ofServer;
    }

    private void advance(boolean client, int by) {
      if (client) {
        ofClient += by;
      } else {
        ofServer += by;
      }
    }
  }

  private final OutputStream out;
  private final Consumer<PacketCapture> onClose;
  private final ReentrantLock lock = new ReentrantLock(); // guards the fields below
  private final Map<Long, Sequence> sequences = new HashMap<>();
  private @Nullable IOException failure;
  private boolean closed;

  PacketCapture(OutputStream out, Consumer<PacketCapture> onClose) throws IOException {
    this.out = out;
    this.onClose = onClose;
    out.write(sectionHeader());
    out.write(interfaceDescription());
  }

  // A section header block (pcapng, section 4.1) of unknown length.
  private static byte[] sectionHeader() {
    return block(
        0x0a0d0d0a,
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0x1a2b3c4d)
            .putShort((short) 1)
            .putShort((short) 0)
            .putLong(-1));
  }

  // An interface description block (section 4.2), with if_tsresol 9: nanoseconds.
  private static byte[] interfaceDescription() {
    return block(
        1,
        ByteBuffer.allocate(20)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short) LINKTYPE_RAW)
            .putShort((short) 0)
            .putInt(0)
            .putShort((short) 9)
            .putShort((short) 1)
            .put((byte) 9)
            .put(new byte[3])
            .putInt(0));
  }

  private static byte[] block(int type, ByteBuffer body) {
    int length = 12 + body.capacity();
    body.position(body.capacity());
    byte[] block = new byte[length];
    ByteBuffer unused =
        ByteBuffer.wrap(block)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(type)
            .putInt(length)
            .put(body.flip())
            .putInt(length);
    return block;
  }

  void record(NetworkEvent.Kind kind, Connection connection, boolean toServer, long nanos) {
    switch (kind) {
      case CONNECT -> packet(connection, true, SYN, null, nanos);
      case CONNECTED -> {
        packet(connection, false, SYN | ACK, null, nanos);
        packet(connection, true, ACK, null, nanos);
      }
      case END -> packet(connection, toServer, FIN | ACK, null, nanos);
      case RESET -> packet(connection, toServer, RST | ACK, null, nanos);
      case REFUSED, BYTES, CLOSE, FAULT -> {}
    }
  }

  void recordBytes(Connection connection, boolean toServer, ByteBuffer data, long nanos) {
    ByteBuffer rest = data.duplicate();
    while (rest.hasRemaining()) {
      int count = Math.min(MAX_SEGMENT, rest.remaining());
      packet(connection, toServer, PSH | ACK, rest.slice(rest.position(), count), nanos);
      rest.position(rest.position() + count);
    }
  }

  private void packet(
      Connection connection, boolean toServer, int flags, @Nullable ByteBuffer data, long nanos) {
    lock.lock();
    try {
      if (closed || failure != null) {
        return;
      }
      Sequence sequence = sequences.computeIfAbsent(connection.number(), unused -> new Sequence());
      byte[] packet = ip(connection, toServer, tcp(connection, toServer, flags, data, sequence));
      boolean counts = (flags & (SYN | FIN)) != 0;
      sequence.advance(toServer, (data == null ? 0 : data.remaining()) + (counts ? 1 : 0));
      out.write(enhancedPacket(packet, nanos));
    } catch (IOException e) {
      failure = e;
    } finally {
      lock.unlock();
    }
  }

  private static ByteBuffer tcp(
      Connection connection,
      boolean toServer,
      int flags,
      @Nullable ByteBuffer data,
      Sequence sequence) {
    int from = toServer ? connection.clientPort() : connection.port();
    int to = toServer ? connection.port() : connection.clientPort();
    boolean acknowledges = (flags & ACK) != 0;
    ByteBuffer segment = ByteBuffer.allocate(20 + (data == null ? 0 : data.remaining()));
    segment.putShort((short) from).putShort((short) to);
    segment.putInt(sequence.of(toServer)).putInt(acknowledges ? sequence.of(!toServer) : 0);
    segment.put((byte) 0x50).put((byte) flags).putShort((short) 0xffff).putInt(0);
    if (data != null) {
      segment.put(data.duplicate());
    }
    return segment.flip();
  }

  private static byte[] ip(Connection connection, boolean toServer, ByteBuffer segment) {
    InetAddress from = connection.address(!toServer);
    InetAddress to = connection.address(toServer);
    boolean isIpv4 = from.getAddress().length == 4;
    int size = segment.remaining();
    byte[] bytes = new byte[(isIpv4 ? 20 : 40) + size];
    ByteBuffer packet = ByteBuffer.wrap(bytes);
    if (isIpv4) {
      packet.put((byte) 0x45).put((byte) 0).putShort((short) (20 + size)).putInt(0);
      packet.put((byte) 64).put((byte) 6).putShort((short) 0);
    } else {
      packet.putInt(0x60000000).putShort((short) size).put((byte) 6).put((byte) 64);
    }
    packet.put(from.getAddress()).put(to.getAddress()).put(segment);
    return bytes;
  }

  // An enhanced packet block (section 4.3).
  private static byte[] enhancedPacket(byte[] packet, long nanos) {
    int padded = (packet.length + 3) & ~3;
    return block(
        6,
        ByteBuffer.allocate(20 + padded)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0)
            .putInt((int) (nanos >>> 32))
            .putInt((int) nanos)
            .putInt(packet.length)
            .putInt(packet.length)
            .put(packet));
  }

  /**
   * Ends the capture and flushes the stream.
   *
   * @throws IOException if a write of the capture has failed
   */
  @Override
  public void close() throws IOException {
    onClose.accept(this);
    lock.lock();
    try {
      closed = true;
      if (failure != null) {
        throw failure;
      }
      out.flush();
    } finally {
      lock.unlock();
    }
  }
}
