package dev.mimic.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Netty's {@link LocalChannel}: for orientation, since it passes a reference to the buffer and
 * copies nothing. One event loop serves both ends, in a thread of the kind asked for, so that no
 * message changes threads; writes are flushed in batches of 16.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails is not counted, and so runs out of time
final class InMemoryNetty implements InMemoryPeer {
  private static final LocalAddress ADDRESS = new LocalAddress("benchmark");
  private static final long PATIENCE_SECONDS = 60;
  private static final int BATCH = 16;

  private final EventLoopGroup group;
  private final Channel server;
  private volatile ChannelHandler onAccept = new ChannelInboundHandlerAdapter();

  InMemoryNetty(InMemoryThreads threads) {
    group = new MultiThreadIoEventLoopGroup(1, threads.factory(), LocalIoHandler.newFactory());
    server =
        new ServerBootstrap()
            .group(group)
            .channel(LocalServerChannel.class)
            .childHandler(
                new ChannelInitializer<LocalChannel>() {
                  @Override
                  protected void initChannel(LocalChannel accepted) {
                    accepted.pipeline().addLast(onAccept);
                  }
                })
            .bind(ADDRESS)
            .syncUninterruptibly()
            .channel();
  }

  private ChannelFuture connect(ChannelHandler handler) {
    return new Bootstrap()
        .group(group)
        .channel(LocalChannel.class)
        .handler(handler)
        .connect(ADDRESS);
  }

  @Override
  public void stream(int messages, int size) throws Exception {
    CompletableFuture<Integer> done = new CompletableFuture<>();
    onAccept = new Receiver((long) messages * size, size, done);
    Channel near = connect(new Failing(done)).sync().channel();
    group.execute(new Sender(near, messages, message(size)));
    finish(near, done);
  }

  @Override
  public void roundTrips(int times, int size) throws Exception {
    CompletableFuture<Integer> done = new CompletableFuture<>();
    onAccept = new Echo(done);
    Channel near = connect(new Pinger(times, size, done)).sync().channel();
    near.writeAndFlush(message(size));
    finish(near, done);
  }

  private static void finish(Channel near, CompletableFuture<Integer> done) throws Exception {
    done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    near.close().sync();
  }

  @Override
  public void connectAndClose(int times) throws Exception {
    CompletableFuture<Integer> done = new CompletableFuture<>();
    group.execute(() -> connectAndClose(times, done));
    done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private void connectAndClose(int left, CompletableFuture<Integer> done) {
    if (left == 0) {
      done.complete(left);
      return;
    }
    onAccept = new NextWhenClosed(() -> connectAndClose(left - 1, done));
    ChannelFuture connected = connect(new Failing(done));
    connected.addListener(unused -> connected.channel().close());
  }

  private static ByteBuf message(int size) {
    return Unpooled.wrappedBuffer(InMemoryMessage.of(ByteBuffer.allocate(size)));
  }

  @Override
  public void close() {
    server.close().syncUninterruptibly();
    group.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** Writes a batch and comes again, so that the loop can also receive. */
  private record Sender(Channel to, int messages, ByteBuf message) implements Runnable {
    @Override
    public void run() {
      int now = Math.min(messages, BATCH);
      for (int i = 0; i < now; i++) {
        to.write(message.retainedDuplicate());
      }
      to.flush();
      if (messages > now) {
        to.eventLoop().execute(new Sender(to, messages - now, message));
      }
    }
  }

  /** Records failures. */
  private static class Failing extends ChannelInboundHandlerAdapter {
    final CompletableFuture<Integer> done;

    Failing(CompletableFuture<Integer> done) {
      this.done = done;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      done.completeExceptionally(cause);
    }
  }

  private static final class Receiver extends Failing {
    private final long total;
    private final int size;
    private long received;

    Receiver(long total, int size, CompletableFuture<Integer> done) {
      super(done);
      this.total = total;
      this.size = size;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      InMemoryMessage.check(bytes.nioBuffer(), received, size);
      received += bytes.readableBytes();
      bytes.release();
      if (received == total) {
        done.complete(size);
      }
    }
  }

  private static final class Echo extends Failing {
    Echo(CompletableFuture<Integer> done) {
      super(done);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      context.writeAndFlush(message);
    }
  }

  private static final class Pinger extends Failing {
    private final int size;
    private int left;

    Pinger(int times, int size, CompletableFuture<Integer> done) {
      super(done);
      this.left = times;
      this.size = size;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      InMemoryMessage.check(((ByteBuf) message).nioBuffer(), 0, size);
      left--;
      if (left > 0) {
        // Not from here: a local channel that is written to while it reads keeps the answer.
        context.channel().eventLoop().execute(() -> context.writeAndFlush(message));
      } else {
        ((ByteBuf) message).release();
        done.complete(size);
      }
    }
  }

  private static final class NextWhenClosed extends ChannelInboundHandlerAdapter {
    private final Runnable next;

    NextWhenClosed(Runnable next) {
      this.next = next;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      context.channel().eventLoop().execute(next); // not from here: the stack would grow
    }
  }
}
