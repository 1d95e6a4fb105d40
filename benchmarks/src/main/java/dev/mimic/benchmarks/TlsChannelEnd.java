package dev.mimic.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;

/** An end that is a blocking channel: a flow of Mimic's, or a channel of tls-channel's. */
final class TlsChannelEnd implements TlsEnd {
  static final ThreadMXBean TIMES = ManagementFactory.getThreadMXBean();
  static final int READ_BYTES = 64 * 1024;

  private final ByteChannel channel;
  private final Supplier<SSLSession> session;
  private final TlsContent content;
  private final ByteBuffer source;
  private final ByteBuffer target = ByteBuffer.allocate(READ_BYTES);
  private long sent;
  private long received;
  private long wanted;

  TlsChannelEnd(ByteChannel channel, Supplier<SSLSession> session, TlsContent content) {
    this.channel = channel;
    this.session = session;
    this.content = content;
    this.source = ByteBuffer.wrap(content.bytes());
  }

  @Override
  public void send(long bytes) throws IOException {
    for (long end = sent + bytes; sent < end; ) {
      int count = (int) Math.min(content.chunkBytes(), end - sent);
      int at = content.at(sent);
      source.limit(at + count).position(at);
      while (source.hasRemaining()) {
        channel.write(source);
      }
      sent += count;
    }
  }

  @Override
  public void receive(long bytes) throws IOException {
    wanted += bytes;
    while (received < wanted) {
      target.clear();
      int count = channel.read(target);
      if (count < 0) {
        throw new EOFException();
      }
      content.check(received, target, count);
      received += count;
    }
  }

  @Override
  public long cpuNanos() {
    return TIMES.getCurrentThreadCpuTime();
  }

  @Override
  public SSLSession session() {
    return session.get();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
