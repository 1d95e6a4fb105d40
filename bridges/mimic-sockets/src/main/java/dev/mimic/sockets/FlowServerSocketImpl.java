package dev.mimic.sockets;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
 * The implementation of a server socket over a listener.
 *
 * <p>The lock guards {@code closed}: a listener that arrives after the close is closed. No thread
 * waits while it holds the lock.
 */
final class FlowServerSocketImpl extends SocketImpl {

  /** A function that listens on an endpoint. */
  interface ListenerFactory {
    FlowListener listen(SocketEndpoint at) throws IOException;
  }

  private final Optional<ListenerFactory> factory;
  private final SocketSettings settings = SocketSettings.ofServer();

  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;

  private volatile @Nullable TimedAcceptor acceptor;
  private volatile SocketEndpoint endpoint = SocketEndpoint.UNKNOWN;
  private volatile @Nullable InetAddress bound; // the requested IP address
  private volatile int timeoutMillis;

  private FlowServerSocketImpl(Optional<ListenerFactory> factory) {
    this.factory = factory;
  }

  /** Returns an implementation that listens by a factory when it is bound. */
  static FlowServerSocketImpl by(ListenerFactory factory) {
    return new FlowServerSocketImpl(Optional.of(factory));
  }

  static FlowServerSocketImpl over(FlowListener listener) {
    FlowServerSocketImpl impl = new FlowServerSocketImpl(Optional.empty());
    boolean unused = impl.attachIfOpen(listener);
    return impl;
  }

  private boolean attachIfOpen(FlowListener listener) {
    SocketEndpoint at = SocketEndpoint.ofAddress(listener.address());
    lock.lock();
    try {
      if (!closed) {
        endpoint = at;
        acceptor = new TimedAcceptor(listener);
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  @Override
  protected void create(boolean stream) {}

  @Override
  protected void bind(InetAddress host, int port) throws IOException {
    if (acceptor != null) {
      return; // created over an existing listener
    }
    ListenerFactory by =
        factory.orElseThrow(() -> new SocketException("this socket has no listener"));
    try {
      SocketEndpoint at = SocketEndpoint.of(new InetSocketAddress(host, port));
      bound = at.ip().isPresent() ? host : null;
      FlowListener listener = by.listen(at);
      if (!attachIfOpen(listener)) {
        listener.close();
        throw new SocketException("Socket closed");
      }
    } catch (IOException e) {
      throw SocketFailures.connecting(e);
    }
  }

  /** Ignores the backlog, which the network sets. */
  @Override
  protected void listen(int backlog) {}

  @Override
  protected void accept(SocketImpl into) throws IOException {
    TimedAcceptor from = acceptor;
    if (from == null || !(into instanceof FlowSocketImpl accepted)) {
      throw new SocketException("Socket is not bound yet");
    }
    Flow flow;
    try {
      flow = from.accept(Duration.ofMillis(timeoutMillis));
    } catch (IOException e) {
      throw SocketFailures.using(e);
    }
    accepted.attach(flow);
  }

  @Override
  protected void close() throws IOException {
    TimedAcceptor from;
    lock.lock();
    try {
      closed = true;
      from = acceptor;
    } finally {
      lock.unlock();
    }
    if (from != null) {
      from.close();
    }
  }

  /**
   * Returns whether the socket is closed, by a caller or by an interrupt, which the superclass of
   * the socket does not notice.
   */
  boolean isClosed() {
    TimedAcceptor from = acceptor;
    if (from != null) {
      return from.isClosed();
    }
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  @Override
  protected InetAddress getInetAddress() {
    InetAddress bound = this.bound;
    return bound == null ? endpoint.address() : bound;
  }

  @Override
  protected int getLocalPort() {
    return endpoint.port();
  }

  @Override
  public void setOption(int number, Object value) throws SocketException {
    requireOpen();
    if (number == SocketOptions.SO_TIMEOUT) {
      timeoutMillis = (Integer) value;
    } else {
      settings.set(number, value);
    }
  }

  @Override
  public Object getOption(int number) throws SocketException {
    requireOpen();
    return number == SocketOptions.SO_TIMEOUT ? timeoutMillis : settings.get(number);
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

  // ---- Operations of connected sockets

  @Override
  protected void connect(String host, int port) throws IOException {
    throw onlyAccepts();
  }

  @Override
  protected void connect(InetAddress address, int port) throws IOException {
    throw onlyAccepts();
  }

  @Override
  protected void connect(SocketAddress address, int timeoutMillis) throws IOException {
    throw onlyAccepts();
  }

  @Override
  protected InputStream getInputStream() throws IOException {
    throw onlyAccepts();
  }

  @Override
  protected OutputStream getOutputStream() throws IOException {
    throw onlyAccepts();
  }

  @Override
  protected int available() throws IOException {
    throw onlyAccepts();
  }

  @Override
  protected void sendUrgentData(int data) throws IOException {
    throw onlyAccepts();
  }

  private static SocketException onlyAccepts() {
    return new SocketException("this socket is for acceptor");
  }
}
