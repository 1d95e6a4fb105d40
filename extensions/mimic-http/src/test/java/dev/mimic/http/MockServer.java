package dev.mimic.http;

import dev.mimic.Context;
import dev.mimic.flow.FlowListener;
import dev.mimic.sockets.FlowSockets;
import dev.mimic.tls.Tls;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.Function;
import javax.net.ServerSocketFactory;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Protocol;

/** OkHttp's own MockWebServer behind a listener of a transport. */
final class MockServer implements Closeable {
  private final Transport transport;
  private final FlowListener listener;
  private final MockWebServer server = new MockWebServer();

  MockServer(Transport transport, Protocol protocol, Function<RecordedRequest, MockResponse> answer)
      throws IOException {
    this.transport = transport;
    boolean isHttp2 = protocol == Protocol.HTTP_2;
    Context offered = Context.empty().with(Tls.ALPN, List.of(isHttp2 ? "h2" : "http/1.1"));
    this.listener =
        transport.kind.isTls()
            ? transport.resolver.with(offered).listen("https://localhost:0")
            : transport.listen();
    server.setServerSocketFactory(new ListenerSocketFactory(listener));
    server.setProtocols(List.of(isHttp2 ? Protocol.H2_PRIOR_KNOWLEDGE : Protocol.HTTP_1_1));
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return answer.apply(request);
          }
        });
    server.start(InetAddress.getLoopbackAddress(), 0);
    transport.closeLater(this);
  }

  String url() {
    return transport.url(listener.address());
  }

  String address() {
    return listener.address();
  }

  @Override
  public void close() {
    server.close();
  }

  /** A factory that returns the server socket of an existing listener. */
  private static final class ListenerSocketFactory extends ServerSocketFactory {
    private final FlowListener listener;

    ListenerSocketFactory(FlowListener listener) {
      this.listener = listener;
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
      return new BoundServerSocket(FlowSockets.of(listener));
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
      return createServerSocket();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
      return createServerSocket();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress at)
        throws IOException {
      return createServerSocket();
    }
  }

  /** A server socket whose {@code bind} has no effect. */
  private static final class BoundServerSocket extends ServerSocket {
    private final ServerSocket bound;

    BoundServerSocket(ServerSocket bound) throws IOException {
      this.bound = bound;
    }

    @Override
    public void bind(SocketAddress endpoint, int backlog) {}

    @Override
    public Socket accept() throws IOException {
      return bound.accept();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), Math.max(getLocalPort(), 1));
    }

    @Override
    public int getLocalPort() {
      return bound.getLocalPort();
    }

    @Override
    public boolean isClosed() {
      return bound.isClosed();
    }

    @Override
    public void close() throws IOException {
      bound.close();
      super.close();
    }
  }
}
