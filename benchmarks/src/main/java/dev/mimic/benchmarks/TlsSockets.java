package dev.mimic.benchmarks;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * The JDK's {@code SSLSocket}, with TCP_NODELAY; without a network of Mimic's it is a socket of its
 * own, else it is layered over a socket whose streams are a flow's.
 */
final class TlsSockets implements TlsStack {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int BACKLOG = 1024;

  private final Optional<Network> network;
  private final TlsContent content;
  private final SSLContext context;
  private final TlsThreads threads = new TlsThreads();
  private final List<Closeable> listeners = new ArrayList<>();

  TlsSockets(Optional<Network> network, TlsCredentials credentials, TlsContent content)
      throws IOException {
    this.network = network;
    this.content = content;
    this.context = credentials.context();
  }

  @Override
  public int serve(TlsServing serving) throws IOException {
    return network.isPresent() ? serve(network.get(), serving) : serveLoopback(serving);
  }

  private int serve(Network on, TlsServing serving) throws IOException {
    FlowListener listener = on.listen(new HostPort(TlsCredentials.HOST, 0));
    listeners.add(listener);
    threads.serve(
        () -> {
          Flow flow = listener.accept();
          return () -> server(layered(flow, TlsCredentials.ANY_PORT));
        },
        serving,
        content);
    return TlsMimic.port(listener);
  }

  private int serveLoopback(TlsServing serving) throws IOException {
    SSLServerSocket listener =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    listeners.add(listener);
    threads.serve(
        () -> {
          SSLSocket socket = (SSLSocket) listener.accept();
          return () -> server(socket);
        },
        serving,
        content);
    return listener.getLocalPort();
  }

  private TlsEnd server(SSLSocket socket) throws IOException {
    socket.setUseClientMode(false);
    socket.setSSLParameters(TlsCredentials.serverParameters());
    return end(socket);
  }

  private TlsEnd client(SSLSocket socket) throws IOException {
    socket.setSSLParameters(TlsCredentials.clientParameters());
    return end(socket);
  }

  private TlsEnd end(SSLSocket socket) throws IOException {
    socket.setTcpNoDelay(true);
    socket.startHandshake();
    return new TlsSocketEnd(socket, content);
  }

  private SSLSocket layered(Flow flow, int port) throws IOException {
    return (SSLSocket)
        context
            .getSocketFactory()
            .createSocket(new TlsFlowSocket(flow), TlsCredentials.HOST, port, true);
  }

  @Override
  public TlsEnd connect(int port) throws IOException {
    if (network.isEmpty()) {
      return client((SSLSocket) context.getSocketFactory().createSocket(TlsCredentials.HOST, port));
    }
    Deadline limit = Deadline.after(LIMIT, TimeSource.system());
    Flow flow = network.get().connect(new HostPort(TlsCredentials.HOST, port), limit);
    return client(layered(flow, port));
  }

  @Override
  public TlsEnd over(Flow below) throws IOException {
    return client(layered(below, TlsCredentials.ANY_PORT));
  }

  @Override
  public void close() throws IOException {
    for (Closeable listener : listeners) {
      listener.close();
    }
    threads.join();
  }
}
