package dev.mimic.sockets;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.FlowPipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The implementation of a socket over a flow. {@link FlowSocket} checks the state before it calls.
 *
 * <p>The lock guards {@code closed} and {@code connecting}: a flow that arrives after the close is
 * closed. No thread waits while it holds the lock.
 */
final class FlowSocketImpl extends SocketImpl {

  /** A function that connects to an endpoint. */
  interface Connector {
    /** Connects; a timeout of zero is the default of the resolver. */
    Flow connect(SocketEndpoint to, Duration timeout) throws IOException;
  }

  private final Optional<Connector> connector;
  private final SocketSettings settings = SocketSettings.ofClient();

  private final ReentrantLock lock = new ReentrantLock(); // guards the two fields below
  private @Nullable PendingFlow connecting;
  private boolean closed;

  private volatile @Nullable Flow flow;
  private volatile @Nullable InetSocketAddress dialled;
  private volatile int timeoutMillis;

  private FlowSocketImpl(Optional<Connector> connector) {
    this.connector = connector;
  }

  /** Returns an implementation that connects by a connector. */
  static FlowSocketImpl by(Connector connector) {
    return new FlowSocketImpl(Optional.of(connector));
  }

  static FlowSocketImpl over(Flow flow) {
    FlowSocketImpl impl = forAccept();
    boolean unused = impl.attachIfOpen(flow);
    return impl;
  }

  /** Returns an implementation that gets its flow from a server socket. */
  static FlowSocketImpl forAccept() {
    return new FlowSocketImpl(Optional.empty());
  }

  // ---- PendingFlow

  @Override
  protected void create(boolean stream) {}

  @Override
  protected void connect(String host, int port) throws IOException {
    connect(InetSocketAddress.createUnresolved(host, port), 0);
  }

  @Override
  protected void connect(InetAddress address, int port) throws IOException {
    connect(new InetSocketAddress(address, port), 0);
  }

  @Override
  protected void connect(SocketAddress address, int timeoutMillis) throws IOException {
    if (flow != null) {
      return; // created over an existing flow
    }
    if (!(address instanceof InetSocketAddress inet)) {
      throw new IllegalArgumentException("address (%s) must have a host".formatted(address));
    }
    Connector by = connector.orElseThrow(() -> new SocketException("this socket is for accept"));
    dialled = inet;
    PendingFlow started = start(by, SocketEndpoint.of(inet), Duration.ofMillis(timeoutMillis));
    try {
      attach(started.await());
    } catch (IOException e) {
      close();
      throw SocketFailures.connecting(e);
    }
  }

  private PendingFlow start(Connector by, SocketEndpoint to, Duration timeout)
      throws SocketException {
    lock.lock();
    try {
      requireNotClosed();
      PendingFlow started = PendingFlow.start(() -> by.connect(to, timeout));
      connecting = started;
      return started;
    } finally {
      lock.unlock();
    }
  }

  /** Attaches the flow; if the socket is closed, closes the flow and throws. */
  void attach(Flow connected) throws IOException {
    if (!attachIfOpen(connected)) {
      connected.close();
      throw new SocketException("Socket closed");
    }
  }

  private boolean attachIfOpen(Flow connected) {
    lock.lock();
    try {
      connecting = null;
      if (closed) {
        return false;
      }
      flow = connected;
    } finally {
      lock.unlock();
    }
    SocketSettings.hostSocket(connected).ifPresent(settings::attachHostSocket);
    connected.readTimeout(Duration.ofMillis(timeoutMillis)); // set before or while connecting
    return true;
  }

  private void requireNotClosed() throws SocketException {
    if (closed) {
      throw new SocketException("Socket closed");
    }
  }

  @Override
  protected void bind(InetAddress host, int port) throws IOException {
    if (port != 0 || !host.isAnyLocalAddress()) {
      throw new BindException(
          "cannot bind %s: the network chooses the local address".formatted(host));
    }
  }

  @Override
  protected void listen(int backlog) throws IOException {
    throw new SocketException("this socket is for connecting");
  }

  @Override
  protected void accept(SocketImpl impl) throws IOException {
    throw new SocketException("this socket is for connecting");
  }

  // ---- Input and output

  /** Returns the flow, or empty before there is one. */
  Optional<Flow> flow() {
    return Optional.ofNullable(flow);
  }

  private Flow connected() throws SocketException {
    Flow flow = this.flow;
    if (flow == null) {
      throw new SocketException(isClosed() ? "Socket closed" : "Socket is not connected");
    }
    return flow;
  }

  @Override
  protected InputStream getInputStream() throws IOException {
    return new SocketStreams.Input(connected());
  }

  @Override
  protected OutputStream getOutputStream() throws IOException {
    return new SocketStreams.Output(connected());
  }

  @Override
  protected int available() throws IOException {
    return new SocketStreams.Input(connected()).available();
  }

  @Override
  protected void shutdownInput() throws IOException {
    try {
      connected().shutdownInput();
    } catch (IOException e) {
      throw SocketFailures.using(e);
    }
  }

  @Override
  protected void shutdownOutput() throws IOException {
    try {
      connected().shutdownOutput();
    } catch (IOException e) {
      throw SocketFailures.using(e);
    }
  }

  /** Returns whether urgent data can be sent; true before there is a flow, since sending fails. */
  @Override
  protected boolean supportsUrgentData() {
    return flow == null || settings.host().isPresent();
  }

  @Override
  protected void sendUrgentData(int data) throws IOException {
    Flow to = connected();
    try {
      settings
          .host()
          .orElseThrow(() -> new SocketException("Urgent data not supported"))
          .sendUrgentData(data);
    } catch (IOException e) {
      throw SocketFailures.writing(to, e);
    }
  }

  @Override
  protected void close() throws IOException {
    PendingFlow pending;
    lock.lock();
    try {
      closed = true;
      pending = connecting;
      connecting = null;
    } finally {
      lock.unlock();
    }
    if (pending != null) {
      pending.cancel("Socket closed");
    }
    Flow flow = this.flow;
    if (flow != null) {
      close(flow);
    }
  }

  /** Resets a pipe if SO_LINGER is 0; the kernel does so for its own sockets. */
  private void close(Flow flow) throws IOException {
    if (settings.resetsOnClose() && flow.info().below().isEmpty()) { // not of a shared connection
      flow.find(FlowPipe.End.class).ifPresent(FlowPipe.End::reset);
    }
    flow.close();
  }

  /**
   * Returns whether the socket is closed, by a caller or by an interrupt, which the superclass of
   * the socket does not notice.
   */
  boolean isClosed() {
    Flow flow = this.flow;
    if (flow != null) {
      return !flow.isOpen();
    }
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  // ---- Addresses

  @Override
  protected InetAddress getInetAddress() {
    InetSocketAddress dialled = this.dialled;
    if (dialled == null) {
      return remote().address();
    }
    InetAddress ip = dialled.getAddress();
    if (ip != null && !ip.isAnyLocalAddress()) {
      return ip;
    }
    SocketEndpoint target = SocketEndpoint.of(dialled);
    if (target.address().isAnyLocalAddress()) {
      target = new SocketEndpoint("localhost", target.port()); // reached by the unspecified address
    }
    SocketEndpoint remote = remote();
    return remote.ip().isPresent() ? remote.address(target.host()) : target.address();
  }

  @Override
  protected int getPort() {
    InetSocketAddress dialled = this.dialled;
    return dialled == null ? remote().port() : dialled.getPort();
  }

  @Override
  protected int getLocalPort() {
    return local().port();
  }

  private SocketEndpoint remote() {
    return info().map(SocketEndpoint::ofRemote).orElse(SocketEndpoint.UNKNOWN);
  }

  private SocketEndpoint local() {
    return info().map(SocketEndpoint::ofLocal).orElse(SocketEndpoint.UNKNOWN);
  }

  private Optional<FlowInfo> info() {
    return flow().map(Flow::info);
  }

  // ---- Options

  @Override
  public void setOption(int number, Object value) throws SocketException {
    requireOpen();
    if (number != SocketOptions.SO_TIMEOUT) {
      settings.set(number, value);
      return;
    }
    timeoutMillis = (Integer) value;
    Flow flow = this.flow;
    if (flow != null) {
      flow.readTimeout(Duration.ofMillis(timeoutMillis));
    }
  }

  @Override
  public Object getOption(int number) throws SocketException {
    requireOpen();
    return switch (number) {
      case SocketOptions.SO_TIMEOUT -> timeoutMillis;
      case SocketOptions.SO_BINDADDR -> local().address();
      default -> settings.get(number);
    };
  }

  @Override
  protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
    requireOpen();
    settings.set(option, value);
  }

  @Override
  @SuppressWarnings("unchecked") // the values of a SocketOption<T> have the type T
  protected <T> T getOption(SocketOption<T> option) throws IOException {
    requireOpen();
    return (T) settings.get(option);
  }

  private void requireOpen() throws SocketException {
    if (isClosed()) {
      throw new SocketException("Socket closed");
    }
  }

  @Override
  protected Set<SocketOption<?>> supportedOptions() {
    return settings.supported();
  }
}
