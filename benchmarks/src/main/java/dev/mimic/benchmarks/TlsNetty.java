package dev.mimic.benchmarks;

import dev.mimic.flow.Flow;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Netty's {@code SslHandler}: over epoll with TCP_NODELAY, and in memory over its local channel;
 * pooled buffers, of 64 KiB to read into, one event loop for each side.
 */
final class TlsNetty implements TlsStack {
  private static final AtomicInteger LOCAL_PORTS = new AtomicInteger();
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(256 * 1024, 512 * 1024);

  private static final FixedRecvByteBufAllocator READ_SIZE =
      new FixedRecvByteBufAllocator(64 * 1024);

  private static final long LIMIT_SECONDS = 10;

  private final TlsPeer.Transport transport;
  private final SslContext clientContext;
  private final SslContext serverContext;
  private final boolean direct;
  private final TlsContent content;
  private final ByteBuf source; // of the kind that the provider takes without a copy
  private final MultiThreadIoEventLoopGroup clients;
  private final MultiThreadIoEventLoopGroup servers;

  TlsNetty(
      TlsPeer.Transport transport,
      SslProvider provider,
      TlsCredentials credentials,
      TlsContent content)
      throws IOException {
    this.transport = transport;
    this.content = content;
    this.direct = provider != SslProvider.JDK;
    this.source = source(content, direct);
    this.serverContext =
        context(SslContextBuilder.forServer(credentials.key(), credentials.chain()), provider);
    this.clientContext = clientContext(provider, credentials);
    IoHandlerFactory factory =
        transport == TlsPeer.Transport.LOOPBACK
            ? EpollIoHandler.newFactory()
            : LocalIoHandler.newFactory();
    this.clients = new MultiThreadIoEventLoopGroup(1, factory);
    this.servers = new MultiThreadIoEventLoopGroup(1, factory);
  }

  private static SslContext clientContext(SslProvider provider, TlsCredentials credentials)
      throws IOException {
    try {
      return context(
          SslContextBuilder.forClient()
              .trustManager(credentials.trustManagers())
              .endpointIdentificationAlgorithm("HTTPS"),
          provider);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SslContext context(SslContextBuilder builder, SslProvider provider)
      throws IOException {
    return builder
        .sslProvider(provider)
        .protocols(TlsCredentials.VERSION)
        .ciphers(List.of(TlsCredentials.SUITE))
        .build();
  }

  @Override
  public int serve(TlsServing serving) throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(servers)
            .channel(serverType())
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, READ_SIZE)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    SslHandler tls = serverContext.newHandler(channel.alloc());
                    channel
                        .pipeline()
                        .addLast(tls, new TlsNettyEnd(tls, source, content).serving(serving));
                  }
                });
    if (transport == TlsPeer.Transport.LOOPBACK) {
      bootstrap.childOption(ChannelOption.TCP_NODELAY, true);
      Channel channel = bootstrap.bind(TlsCredentials.HOST, 0).syncUninterruptibly().channel();
      return ((InetSocketAddress) channel.localAddress()).getPort();
    }
    int port = LOCAL_PORTS.incrementAndGet();
    bootstrap.bind(address(port)).syncUninterruptibly();
    return port;
  }

  private Class<? extends ServerChannel> serverType() {
    return transport == TlsPeer.Transport.LOOPBACK
        ? EpollServerSocketChannel.class
        : LocalServerChannel.class;
  }

  private SocketAddress address(int port) {
    return transport == TlsPeer.Transport.LOOPBACK
        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
        : new LocalAddress(String.valueOf(port));
  }

  @Override
  public TlsEnd connect(int port) {
    TlsNettyEnd end = new TlsNettyEnd(clientHandler(port), source, content);
    connect(port, end).syncUninterruptibly();
    end.handshake().syncUninterruptibly();
    return end;
  }

  @Override
  public boolean meet(int port, boolean forget) throws IOException {
    if (clientContext.sessionContext() instanceof OpenSslSessionContext sessions) {
      sessions.setSessionCacheEnabled(!forget); // it keeps what is invalidated
    }
    TlsNettyEnd end = new TlsNettyEnd(clientHandler(port), source, content).greeted(forget);
    ChannelFuture connected = connect(port, end);
    end.await(); // once: for all of it
    connected.syncUninterruptibly();
    return end.isResumed();
  }

  private ChannelFuture connect(int port, TlsNettyEnd end) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(clients)
            .channel(
                transport == TlsPeer.Transport.LOOPBACK
                    ? EpollSocketChannel.class
                    : LocalChannel.class)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(ChannelOption.RECVBUF_ALLOCATOR, READ_SIZE)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(end.tls(), end);
                  }
                });
    if (transport == TlsPeer.Transport.LOOPBACK) {
      bootstrap.option(ChannelOption.TCP_NODELAY, true);
    }
    return bootstrap.connect(address(port));
  }

  private SslHandler clientHandler(int port) {
    return clientContext.newHandler(PooledByteBufAllocator.DEFAULT, TlsCredentials.HOST, port);
  }

  private static ByteBuf source(TlsContent content, boolean direct) {
    return direct
        ? Unpooled.directBuffer(content.bytes().length).writeBytes(content.bytes())
        : Unpooled.wrappedBuffer(content.bytes());
  }

  @Override
  public TlsEnd over(Flow below) throws IOException {
    return new TlsEmbeddedEnd(
        below, clientHandler(TlsCredentials.ANY_PORT), direct, source, content);
  }

  @Override
  public void close() {
    clients.shutdownGracefully(0, LIMIT_SECONDS, TimeUnit.SECONDS).syncUninterruptibly();
    servers.shutdownGracefully(0, LIMIT_SECONDS, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
