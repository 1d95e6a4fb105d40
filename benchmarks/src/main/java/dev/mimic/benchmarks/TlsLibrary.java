package dev.mimic.benchmarks;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import tlschannel.ClientTlsChannel;
import tlschannel.HeapBufferAllocator;
import tlschannel.ServerTlsChannel;
import tlschannel.TlsChannel;
import tlschannel.TlsChannelBuilder;

/**
 * tls-channel over a {@code SocketChannel}, and in memory over a flow. Its buffers are heap
 * buffers, with which the JDK's engine is faster than with direct ones, and kept between calls.
 */
final class TlsLibrary implements TlsStack {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final HeapBufferAllocator HEAP = new HeapBufferAllocator();

  private final Network network;
  private final TlsContent content;
  private final SSLContext context;
  private final TlsThreads threads = new TlsThreads();
  private final List<FlowListener> listeners = new ArrayList<>();

  TlsLibrary(Network network, TlsCredentials credentials, TlsContent content) throws IOException {
    this.network = network;
    this.content = content;
    this.context = credentials.context();
  }

  @Override
  public int serve(TlsServing serving) throws IOException {
    FlowListener listener = network.listen(new HostPort(TlsCredentials.HOST, 0));
    listeners.add(listener);
    threads.serve(
        () -> {
          Flow flow = listener.accept();
          return () -> server(channel(flow));
        },
        serving,
        content);
    return TlsMimic.port(listener);
  }

  @Override
  public TlsEnd connect(int port) throws IOException {
    Deadline limit = Deadline.after(LIMIT, TimeSource.system());
    Flow flow = network.connect(new HostPort(TlsCredentials.HOST, port), limit);
    return client(channel(flow), port);
  }

  @Override
  public TlsEnd over(Flow below) throws IOException {
    return client(below, TlsCredentials.ANY_PORT);
  }

  private TlsEnd client(ByteChannel channel, int port) throws IOException {
    SSLEngine engine = context.createSSLEngine(TlsCredentials.HOST, port);
    engine.setUseClientMode(true);
    engine.setSSLParameters(TlsCredentials.clientParameters());
    return end(ClientTlsChannel.newBuilder(channel, engine));
  }

  private TlsEnd server(ByteChannel channel) throws IOException {
    return end(
        ServerTlsChannel.newBuilder(channel, context).withEngineFactory(TlsLibrary::serverEngine));
  }

  private static SSLEngine serverEngine(SSLContext context) {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setSSLParameters(TlsCredentials.serverParameters());
    return engine;
  }

  private TlsEnd end(TlsChannelBuilder<?> builder) throws IOException {
    builder.withEncryptedBufferAllocator(HEAP).withReleaseBuffers(false);
    TlsChannel channel =
        builder instanceof ClientTlsChannel.Builder client
            ? client.build()
            : ((ServerTlsChannel.Builder) builder).build();
    channel.handshake();
    return new TlsChannelEnd(channel, () -> channel.getSslEngine().getSession(), content);
  }

  @Override
  public void close() throws IOException {
    for (FlowListener listener : listeners) {
      listener.close();
    }
    threads.join();
  }

  /** Returns the socket's own channel where there is one. */
  private static ByteChannel channel(Flow flow) {
    return flow.find(SocketChannel.class).map(ByteChannel.class::cast).orElse(flow);
  }
}
