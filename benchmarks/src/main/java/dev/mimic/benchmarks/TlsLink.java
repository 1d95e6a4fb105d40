package dev.mimic.benchmarks;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/**
 * A connection in memory whose far end is the JDK's engine, a server, in the same thread: it shakes
 * hands when it is read from. Afterwards its records are made before they are read, and what it got
 * is decrypted after it was written, so that reading and writing cost only what the near end costs,
 * and a copy.
 */
final class TlsLink implements Flow {
  private static final int RECORD_BYTES = 16 * 1024;
  private static final int PACKET_BYTES = 32 * 1024; // room for any record
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SSLEngine engine;
  private final TlsContent content;
  private final ByteBuffer toNear;
  private final ByteBuffer fromNear;
  private final ByteBuffer plain = ByteBuffer.allocate(PACKET_BYTES);
  private long sent;
  private long received;

  /** Makes a link that holds this much data each way. */
  TlsLink(TlsCredentials credentials, TlsContent content, int mostBytes) throws IOException {
    this.content = content;
    engine = credentials.context().createSSLEngine();
    engine.setUseClientMode(false);
    engine.setSSLParameters(TlsCredentials.serverParameters());
    int room = mostBytes + mostBytes / 16 + PACKET_BYTES;
    toNear = ByteBuffer.allocate(room).limit(0);
    fromNear = ByteBuffer.allocate(room);
  }

  /** Makes records of the next data, to be read. */
  void send(long bytes) throws IOException {
    pump(); // the end of a handshake may be left
    ByteBuffer source = ByteBuffer.wrap(content.bytes());
    for (long end = sent + bytes; sent < end; ) {
      int at = content.at(sent);
      source.limit(at + (int) Math.min(RECORD_BYTES, end - sent)).position(at);
      sent += source.remaining();
      encrypt(source);
    }
  }

  /** Decrypts the written records, which must hold this number of bytes. */
  void receive(long bytes) throws IOException {
    long end = received + bytes;
    pump();
    if (received != end) {
      throw new IllegalStateException("%d bytes came, not %d".formatted(received, end));
    }
  }

  /** Decrypts and answers the written records, until more are needed. */
  private void pump() throws IOException {
    fromNear.flip();
    boolean more = true;
    while (more) {
      HandshakeStatus status = engine.getHandshakeStatus();
      switch (status) {
        case NEED_TASK -> engine.getDelegatedTask().run();
        case NEED_WRAP -> encrypt(NOTHING);
        default -> more = decrypt();
      }
    }
    fromNear.compact();
  }

  private boolean decrypt() throws IOException {
    plain.clear();
    SSLEngineResult result = engine.unwrap(fromNear, plain);
    content.check(received, plain, result.bytesProduced());
    received += result.bytesProduced();
    return result.getStatus() == Status.OK && (fromNear.hasRemaining() || isShakingHands());
  }

  private boolean isShakingHands() {
    HandshakeStatus status = engine.getHandshakeStatus();
    return status == HandshakeStatus.NEED_TASK || status == HandshakeStatus.NEED_WRAP;
  }

  private void encrypt(ByteBuffer source) throws IOException {
    if (!toNear.hasRemaining()) {
      toNear.clear().limit(0);
    }
    do {
      ByteBuffer room = toNear.duplicate().limit(toNear.capacity()).position(toNear.limit());
      SSLEngineResult result = engine.wrap(source, room);
      if (result.getStatus() != Status.OK || result.bytesProduced() == 0) {
        throw new IllegalStateException("cannot encrypt: " + result);
      }
      toNear.limit(room.position());
    } while (source.hasRemaining());
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    if (!toNear.hasRemaining()) {
      pump();
    }
    int count = Math.min(toNear.remaining(), dst.remaining());
    dst.put(dst.position(), toNear, toNear.position(), count);
    dst.position(dst.position() + count);
    toNear.position(toNear.position() + count);
    return count == 0 ? -1 : count; // nothing more will come
  }

  @Override
  public int available() {
    return toNear.remaining();
  }

  @Override
  public int write(ByteBuffer src) {
    int count = src.remaining();
    fromNear.put(src);
    return count;
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) {
    long count = 0;
    for (int i = offset; i < offset + length; i++) {
      count += write(srcs[i]);
    }
    return count;
  }

  @Override
  public void shutdownInput() {}

  @Override
  public void shutdownOutput() {}

  @Override
  public void readTimeout(Duration atMost) {}

  @Override
  public void writeTimeout(Duration atMost) {}

  @Override
  public FlowInfo info() {
    return FlowInfo.of("link", "near", "far");
  }

  @Override
  public <T> Optional<T> find(Class<T> type) {
    return Optional.empty();
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {}
}
