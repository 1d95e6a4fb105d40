package dev.mimic.benchmarks;

import dev.mimic.HostPort;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.FlowServer;
import dev.mimic.unix.TcpNetwork;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** An echo server on loopback TCP with TCP_NODELAY. It closes when its clients are gone. */
interface EchoServer extends Closeable {
  int BUFFER_BYTES = 2048;
  int BACKLOG = 1024;
  int LIMIT_SECONDS = 20;

  /** Returns where it listens. */
  int port();

  /**
   * Starts one.
   *
   * @param peer {@code mimic}, {@code socket-channel}, {@code netty-nio} or {@code netty-epoll}
   */
  static EchoServer start(String peer) throws Exception {
    return switch (peer) {
      case "mimic" -> OverFlows.start();
      case "socket-channel" -> OverChannels.start();
      case "netty-nio" -> OverNetty.start(NioIoHandler.newFactory(), NioServerSocketChannel.class);
      case "netty-epoll" ->
          OverNetty.start(EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
      default -> throw new IllegalArgumentException("no such peer: " + peer);
    };
  }

  /** Echoes until the client ends; into a direct buffer, so that the JDK copies nothing. */
  private static void echo(ByteChannel client) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    while (client.read(buffer) >= 0) {
      buffer.flip();
      while (buffer.hasRemaining()) {
        client.write(buffer); // a channel of the JDK may take a part only
      }
      buffer.clear();
    }
  }

  /** A {@link FlowServer}: a virtual thread for each flow. */
  record OverFlows(FlowServer server) implements EchoServer {
    static EchoServer start() throws IOException {
      TcpNetwork network = TcpNetwork.builder().backlog(BACKLOG).build();
      FlowListener listener = network.listen(new HostPort("127.0.0.1", 0));
      return new OverFlows(FlowServer.serve(listener, EchoServer::echo));
    }

    @Override
    public int port() {
      return URI.create(server.address()).getPort();
    }

    @Override
    public void close() {
      server.close();
    }
  }

  /** A loop that accepts, and a virtual thread for each channel; written by hand. */
  record OverChannels(ServerSocketChannel listener, ExecutorService threads) implements EchoServer {
    static EchoServer start() throws IOException {
      ServerSocketChannel listener = ServerSocketChannel.open();
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
      OverChannels server = new OverChannels(listener, Executors.newVirtualThreadPerTaskExecutor());
      server.threads.execute(server::accept);
      return server;
    }

    private void accept() {
      try {
        while (true) {
          SocketChannel client = listener.accept();
          client.setOption(StandardSocketOptions.TCP_NODELAY, true);
          threads.execute(() -> serve(client));
        }
      } catch (ClosedChannelException e) {
        // The server is being closed.
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private static void serve(SocketChannel client) {
      try (client) {
        echo(client);
      } catch (IOException e) {
        // The client is gone.
      }
    }

    @Override
    public int port() {
      return listener.socket().getLocalPort();
    }

    @Override
    public void close() throws IOException {
      listener.close();
      threads.shutdownNow();
      try {
        boolean unused = threads.awaitTermination(LIMIT_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Netty: an event loop for each processor; answers are flushed once all that is there is read.
   * Buffers are of its pooled allocator, direct, and of the size that the other servers have.
   *
   * <p>Tried beside these, and no faster: one loop; its default allocator; buffers whose size it
   * adapts.
   */
  record OverNetty(Channel listener, EventLoopGroup loops) implements EchoServer {
    static EchoServer start(IoHandlerFactory io, Class<? extends ServerChannel> listening)
        throws InterruptedException {
      EventLoopGroup loops =
          new MultiThreadIoEventLoopGroup(Runtime.getRuntime().availableProcessors(), io);
      Channel listener =
          new ServerBootstrap()
              .group(loops)
              .channel(listening)
              .option(ChannelOption.SO_BACKLOG, BACKLOG)
              .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
              .childOption(
                  ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(BUFFER_BYTES))
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childHandler(new Echo())
              .bind(InetAddress.getLoopbackAddress(), 0)
              .sync()
              .channel();
      return new OverNetty(listener, loops);
    }

    @Override
    public int port() {
      return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public void close() {
      listener.close().awaitUninterruptibly(LIMIT_SECONDS, TimeUnit.SECONDS);
      loops
          .shutdownGracefully(0, LIMIT_SECONDS, TimeUnit.SECONDS)
          .awaitUninterruptibly(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @Sharable
    @SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel
    private static final class Echo extends ChannelInboundHandlerAdapter {
      @Override
      public void channelRead(ChannelHandlerContext context, Object request) {
        context.write(request, context.voidPromise());
      }

      @Override
      public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
      }

      @Override
      public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
      }
    }
  }
}
