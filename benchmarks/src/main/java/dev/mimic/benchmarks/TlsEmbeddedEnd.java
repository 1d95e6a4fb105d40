package dev.mimic.benchmarks;

import dev.mimic.flow.Flow;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.EOFException;
import java.io.IOException;
import javax.net.ssl.SSLSession;

/** An end that is a Netty pipeline run by the calling thread, over a flow. */
final class TlsEmbeddedEnd extends ChannelInboundHandlerAdapter implements TlsEnd {
  private final Flow below;
  private final SslHandler tls;
  private final boolean direct;
  private final ByteBuf source;
  private final TlsContent content;
  private final EmbeddedChannel channel;
  private long sent;
  private long received;
  private long wanted;

  /** Performs the handshake. */
  @SuppressWarnings("this-escape") // the channel calls back no sooner than it is read from
  TlsEmbeddedEnd(Flow below, SslHandler tls, boolean direct, ByteBuf source, TlsContent content)
      throws IOException {
    this.below = below;
    this.tls = tls;
    this.direct = direct;
    this.source = source;
    this.content = content;
    this.channel = new EmbeddedChannel(tls, this);
    while (!tls.handshakeFuture().isDone()) {
      drain();
      fill();
    }
    drain();
    tls.handshakeFuture().syncUninterruptibly();
  }

  /** Writes the output of the pipeline to the flow. */
  private void drain() throws IOException {
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      below.write(out.nioBuffer());
      out.release();
    }
  }

  /** Reads once from the flow into the pipeline. */
  private void fill() throws IOException {
    int room = TlsChannelEnd.READ_BYTES;
    ByteBuf in = direct ? channel.alloc().directBuffer(room) : channel.alloc().heapBuffer(room);
    int count = below.read(in.nioBuffer(0, room));
    if (count < 0) {
      in.release();
      throw new EOFException();
    }
    channel.writeInbound(in.writerIndex(count));
  }

  @Override
  public void channelRead(ChannelHandlerContext in, Object message) {
    ByteBuf got = (ByteBuf) message;
    int count = got.readableBytes();
    if (count > 0) {
      int at = got.readerIndex();
      content.check(received, got.getByte(at), got.getByte(at + count - 1), count);
    }
    got.release();
    received += count;
  }

  @Override
  public void send(long bytes) throws IOException {
    for (long end = sent + bytes; sent < end; ) {
      int count = (int) Math.min(content.chunkBytes(), end - sent);
      ChannelFuture written =
          channel.writeOneOutbound(source.retainedSlice(content.at(sent), count));
      channel.flushOutbound();
      drain();
      if (written.cause() != null) {
        throw new IOException(written.cause());
      }
      sent += count;
    }
  }

  @Override
  public void receive(long bytes) throws IOException {
    wanted += bytes;
    while (received < wanted) {
      fill();
    }
  }

  @Override
  public long cpuNanos() {
    return TlsChannelEnd.TIMES.getCurrentThreadCpuTime();
  }

  @Override
  public SSLSession session() {
    return tls.engine().getSession();
  }

  @Override
  public void close() {
    channel.finishAndReleaseAll();
  }
}
