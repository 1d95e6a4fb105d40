package dev.mimic.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Two of Netty's channels, each with an event loop of its own, where all its work is done: nothing
 * is handed between threads.
 *
 * <p>The sender writes as long as its channel has room for more, up to 512 KiB, then flushes all
 * together, which makes one system call of many messages; messages are slices of one direct buffer,
 * never copied. It goes on in its loop once half of that has gone. The receiver reads by itself,
 * into direct buffers of Netty's pooled allocator, of 16 messages and at most 256 KiB. An answer is
 * written by the handler that has read the question. The sizes of the kernel's buffers are left to
 * it.
 *
 * <p>Tried beside these, and slower: reads of the size of a message, and of a MiB; buffers whose
 * size Netty adapts; its default allocator, on a few of them; a flush for each 64 KiB. To write
 * only once for each look at the selector, and to let 2 MiB wait, made no difference.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a void promise tells the pipeline of a failure
final class NettySocketPair implements SocketPair {
  private static final int LIMIT_SECONDS = 20;
  private static final int LEAST_READ = 2048;
  private static final int MOST_READ = 256 * 1024;
  private static final long MESSAGES_READ = 16;
  private static final int MOST_WAITING = 512 * 1024;

  private final EventLoopGroup loops;
  private final Channel near;
  private final Channel far;
  private final ByteBuf message;

  private NettySocketPair(EventLoopGroup loops, Channel near, Channel far, ByteBuf message) {
    this.loops = loops;
    this.near = near;
    this.far = far;
    this.message = message;
  }

  static NettySocketPair overNio(int messageBytes) throws Exception {
    return connect(
        NioIoHandler.newFactory(),
        NioServerSocketChannel.class,
        NioSocketChannel.class,
        messageBytes);
  }

  static NettySocketPair overEpoll(int messageBytes) throws Exception {
    return connect(
        EpollIoHandler.newFactory(),
        EpollServerSocketChannel.class,
        EpollSocketChannel.class,
        messageBytes);
  }

  private static NettySocketPair connect(
      IoHandlerFactory io,
      Class<? extends ServerChannel> listening,
      Class<? extends Channel> connecting,
      int messageBytes)
      throws Exception {
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, io);
    CompletableFuture<Channel> accepted = new CompletableFuture<>();
    int readBytes = Math.clamp(MESSAGES_READ * messageBytes, LEAST_READ, MOST_READ);
    Channel listener =
        new ServerBootstrap()
            .group(loops)
            .channel(listening)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(readBytes))
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accepted.complete(channel);
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    Channel near = connect(loops, connecting, readBytes, listener);
    Channel far = accepted.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    listener.close().sync();
    return new NettySocketPair(loops, near, far, message(messageBytes));
  }

  private static Channel connect(
      EventLoopGroup loops, Class<? extends Channel> connecting, int readBytes, Channel to)
      throws InterruptedException {
    return new Bootstrap()
        .group(loops)
        .channel(connecting)
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(readBytes))
        .option(
            ChannelOption.WRITE_BUFFER_WATER_MARK,
            new WriteBufferWaterMark(MOST_WAITING / 2, MOST_WAITING))
        .handler(new ChannelInboundHandlerAdapter())
        .connect(to.localAddress())
        .sync()
        .channel();
  }

  private static ByteBuf message(int bytes) {
    ByteBuffer message = ByteBuffer.allocateDirect(bytes);
    SocketPattern.fill(message);
    return Unpooled.wrappedBuffer(message);
  }

  @Override
  public void stream(long bytes) throws Exception {
    Receiver receiver = new Receiver(bytes, message.capacity());
    Sender sender = new Sender(message, bytes);
    run(sender, receiver, receiver.done);
  }

  @Override
  public void roundTrips(int count) throws Exception {
    Asking asking = new Asking(message, count);
    run(asking, new Answering(), asking.done);
  }

  /** Puts a handler at each end, starts the near one, and takes both away at the end. */
  private void run(Part atNear, Part atFar, CompletableFuture<Void> done) throws Exception {
    atNear.failTo(done);
    atFar.failTo(done);
    // In the far loop: data that arrives before a handler is ready is lost.
    far.eventLoop().submit(() -> far.pipeline().addLast(atFar)).sync();
    near.eventLoop().execute(() -> begin(atNear));
    done.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    near.pipeline().remove(atNear);
    far.pipeline().remove(atFar);
  }

  private void begin(Part atNear) {
    near.pipeline().addLast(atNear);
    atNear.start(near);
  }

  @Override
  public void close() {
    near.close().awaitUninterruptibly(LIMIT_SECONDS, TimeUnit.SECONDS);
    far.close().awaitUninterruptibly(LIMIT_SECONDS, TimeUnit.SECONDS);
    message.release();
    loops
        .shutdownGracefully(0, LIMIT_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** The handler of one end. */
  private abstract static class Part extends ChannelInboundHandlerAdapter {
    private CompletableFuture<Void> failure = new CompletableFuture<>();

    void failTo(CompletableFuture<Void> done) {
      failure = done;
    }

    void start(Channel channel) {}

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      failure.completeExceptionally(cause);
    }
  }

  private static final class Sender extends Part {
    private final ByteBuf message;
    private long left;

    Sender(ByteBuf message, long bytes) {
      this.message = message;
      this.left = bytes;
    }

    @Override
    void start(Channel channel) {
      while (left > 0 && channel.isWritable()) {
        channel.write(message.retainedDuplicate(), channel.voidPromise());
        left -= message.capacity();
      }
      channel.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (context.channel().isWritable()) {
        start(context.channel());
      }
    }
  }

  private static final class Receiver extends Part {
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final long expected;
    private final int messageBytes;
    private long received;

    Receiver(long expected, int messageBytes) {
      this.expected = expected;
      this.messageBytes = messageBytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
      ByteBuf piece = (ByteBuf) read;
      int count = piece.readableBytes();
      byte first = piece.getByte(piece.readerIndex());
      byte last = piece.getByte(piece.readerIndex() + count - 1);
      piece.release();
      SocketPattern.check(first, last, received, count, messageBytes);
      received += count;
      if (received == expected) {
        done.complete(null);
      }
    }
  }

  private static final class Asking extends Part {
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final ByteBuf message;
    private final int last;
    private int left;
    private int read;

    Asking(ByteBuf message, int count) {
      this.message = message;
      this.last = message.capacity() - 1;
      this.left = count;
    }

    @Override
    void start(Channel channel) {
      message.setByte(last, left);
      channel.writeAndFlush(message.retainedDuplicate(), channel.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object answer) {
      ByteBuf piece = (ByteBuf) answer;
      read += piece.readableBytes();
      byte mark = piece.getByte(piece.writerIndex() - 1);
      piece.release();
      if (read <= last) {
        return;
      }
      if (mark != (byte) left) {
        throw new IllegalStateException("an answer is not what was sent");
      }
      read = 0;
      if (--left == 0) {
        done.complete(null);
      } else {
        start(context.channel());
      }
    }
  }

  private static final class Answering extends Part {
    @Override
    public void channelRead(ChannelHandlerContext context, Object question) {
      context.write(question, context.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }
  }
}
