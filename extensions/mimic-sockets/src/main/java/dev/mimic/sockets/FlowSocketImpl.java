package dev.mimic.sockets;

import dev.mimic.Flow;
import dev.mimic.FlowInfo;
import dev.mimic.FlowPipe;
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

/** What a socket does with its flow. {@link FlowSocket} sees to it that the state is right. */
final class FlowSocketImpl extends SocketImpl {

  /** Reaches a place; zero is the time that it has by default. */
  interface Connector {
    Flow connect(Place to, Duration timeout) throws IOException;
  }

  private final Optional<Connector> connector;
  private final SocketSettings settings = SocketSettings.ofClient();

  // Guards that a flow which comes after the close is closed; nothing is waited for under it.
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Connecting connecting;
  private boolean closed;

  private volatile @Nullable Flow flow;
  private volatile @Nullable InetSocketAddress dialled;
  private volatile int timeoutMillis;

  private FlowSocketImpl(Optional<Connector> connector) {
    this.connector = connector;
  }

  /** Returns one that connects by this. */
  static FlowSocketImpl by(Connector connector) {
    return new FlowSocketImpl(Optional.of(connector));
  }

  static FlowSocketImpl over(Flow flow) {
    FlowSocketImpl impl = toBeAccepted();
    boolean unused = impl.take(flow);
    return impl;
  }

  /** Returns one that waits for its flow. */
  static FlowSocketImpl toBeAccepted() {
    return new FlowSocketImpl(Optional.empty());
  }

  // ---- Connecting

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
      return; // it was made of a flow
    }
    if (!(address instanceof InetSocketAddress inet)) {
      throw new IllegalArgumentException("address (%s) must have a host".formatted(address));
    }
    Connector by =
        connector.orElseThrow(() -> new SocketException("this socket is to be accepted"));
    dialled = inet;
    Connecting started = start(by, Place.of(inet), Duration.ofMillis(timeoutMillis));
    try {
      attach(started.await());
    } catch (IOException e) {
      close();
      throw SocketFailures.connecting(e);
    }
  }

  private Connecting start(Connector by, Place to, Duration timeout) throws SocketException {
    lock.lock();
    try {
      requireNotClosed();
      Connecting started = Connecting.start(() -> by.connect(to, timeout));
      connecting = started;
      return started;
    } finally {
      lock.unlock();
    }
  }

  /** Takes this flow, which is closed if the socket is. */
  void attach(Flow connected) throws IOException {
    if (!take(connected)) {
      connected.close();
      throw new SocketException("Socket closed");
    }
  }

  private boolean take(Flow connected) {
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
    SocketSettings.hostSocket(connected).ifPresent(settings::give);
    connected.readTimeout(Duration.ofMillis(timeoutMillis)); // also one that was set meanwhile
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
          "the network chooses the local address: %s cannot be bound".formatted(host));
    }
  }

  @Override
  protected void listen(int backlog) throws IOException {
    throw new SocketException("this socket connects");
  }

  @Override
  protected void accept(SocketImpl impl) throws IOException {
    throw new SocketException("this socket connects");
  }

  // ---- Using

  /** Returns the flow, if it has come. */
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
    return new SocketInput(connected());
  }

  @Override
  protected OutputStream getOutputStream() throws IOException {
    return new SocketOutput(connected());
  }

  @Override
  protected int available() throws IOException {
    return new SocketInput(connected()).available();
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

  /** Returns whether it can be sent; before there is a flow, to send it tells that. */
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
    Connecting unfinished;
    lock.lock();
    try {
      closed = true;
      unfinished = connecting;
      connecting = null;
    } finally {
      lock.unlock();
    }
    if (unfinished != null) {
      unfinished.giveUp("Socket closed");
    }
    Flow flow = this.flow;
    if (flow != null) {
      close(flow);
    }
  }

  /** The host's own socket resets by itself where it lingers for no time. */
  private void close(Flow flow) throws IOException {
    if (settings.resetsOnClose() && flow instanceof FlowPipe.End end) {
      end.reset();
    } else {
      flow.close();
    }
  }

  /**
   * Returns whether it is closed, also by an interrupt, of which the JDK's socket does not know.
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

  // ---- Who and where

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
    Place asked = Place.of(dialled);
    if (asked.address().isAnyLocalAddress()) {
      asked = new Place("localhost", asked.port()); // which it leads to
    }
    Place remote = remote();
    return remote.isLiteral() ? remote.address(asked.host()) : asked.address();
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

  private Place remote() {
    return info().map(info -> Place.parse(info.remote())).orElse(Place.UNKNOWN);
  }

  private Place local() {
    return info().map(info -> Place.parse(info.local())).orElse(Place.UNKNOWN);
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
  @SuppressWarnings("unchecked") // nothing but a T is kept under a SocketOption<T>
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
