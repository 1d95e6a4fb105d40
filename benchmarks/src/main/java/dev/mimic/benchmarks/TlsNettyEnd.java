package dev.mimic.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * An end that is a handler in a Netty pipeline. What is asked of it is done in its event loop, of
 * which the processor time is; the asking thread waits once for each request.
 */
final class TlsNettyEnd extends ChannelInboundHandlerAdapter implements TlsEnd {
  private static final long PATIENCE_SECONDS = 10;
  private static final long MOST_AHEAD = 1024 * 1024;

  private final SslHandler tls;
  private final TlsContent content;
  private final ByteBuf source;
  private final Semaphore done = new Semaphore(0);
  private @Nullable ChannelHandlerContext context;
  private volatile long threadId;
  private volatile @Nullable Throwable failure;

  // Used in the event loop.
  private boolean greeted; // whether it closes when anything has come
  private boolean forgetful; // whether it forgets the session before it closes
  private boolean resumed; // whether it did; asked when all is done
  private long toSend;
  private long sent;
  private long wanted;
  private boolean waiting;
  private long received;

  TlsNettyEnd(SslHandler tls, ByteBuf source, TlsContent content) {
    this.tls = tls;
    this.source = source;
    this.content = content;
  }

  /** Does this when hands are shaken. */
  TlsNettyEnd serving(TlsServing serving) {
    toSend =
        switch (serving) {
          case GREET -> 1;
          case SEND -> Long.MAX_VALUE;
          case RECEIVE -> 0;
        };
    return this;
  }

  /** Closes when anything has come. */
  TlsNettyEnd greeted(boolean forgetSession) {
    greeted = true;
    forgetful = forgetSession;
    return this;
  }

  boolean isResumed() {
    return resumed;
  }

  SslHandler tls() {
    return tls;
  }

  Future<Channel> handshake() {
    return tls.handshakeFuture();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    threadId = Thread.currentThread().threadId();
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("in no pipeline");
    }
    return context;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext in, Object event) {
    if (event instanceof SslHandshakeCompletionEvent shaken && shaken.isSuccess()) {
      write();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext in) {
    write();
  }

  private void write() {
    ChannelHandlerContext to = context();
    while (toSend > 0 && to.channel().isWritable() && to.channel().isActive()) {
      int count = (int) Math.min(content.chunkBytes(), toSend);
      toSend -= count;
      var written = to.writeAndFlush(source.retainedSlice(content.at(sent), count));
      sent += count;
      if (toSend == 0) {
        written.addListener(any -> done.release());
      }
    }
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
    if (greeted) {
      closeGreeted(in);
    } else if (waiting && received >= wanted) {
      waiting = false;
      done.release();
    }
  }

  private void closeGreeted(ChannelHandlerContext in) {
    resumed = TlsEnd.isResumed(session());
    if (forgetful) {
      tls.engine().getSession().invalidate();
    }
    in.channel().close().addListener(any -> done.release());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext in, Throwable cause) {
    failure = cause;
    in.close().addListener(any -> done.release());
  }

  @Override
  public void channelInactive(ChannelHandlerContext in) {
    toSend = 0;
  }

  @Override
  public void send(long bytes) throws IOException {
    context()
        .executor()
        .execute(
            () -> {
              toSend = bytes;
              write();
            });
    await();
  }

  @Override
  public void receive(long bytes) throws IOException {
    context().executor().execute(() -> want(bytes));
    await();
  }

  /** Little that came before it was wanted counts: this loop reads on, where others wait. */
  private void want(long bytes) {
    wanted = Math.max(wanted, received - MOST_AHEAD) + bytes;
    waiting = received < wanted;
    if (!waiting) {
      done.release();
    }
  }

  /** Waits until the request is done. */
  void await() throws IOException {
    try {
      if (!done.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("not done within %d s".formatted(PATIENCE_SECONDS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw new IOException(failure);
    }
  }

  @Override
  public long cpuNanos() {
    return TlsChannelEnd.TIMES.getThreadCpuTime(threadId);
  }

  @Override
  public SSLSession session() {
    return tls.engine().getSession();
  }

  @Override
  public void close() {
    context().channel().close().syncUninterruptibly();
  }
}
