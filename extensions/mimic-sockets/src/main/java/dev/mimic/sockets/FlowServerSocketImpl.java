package dev.mimic.sockets;

import dev.mimic.Flow;
import dev.mimic.FlowListener;
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

/** What a server socket does with its listener. */
final class FlowServerSocketImpl extends SocketImpl {

  /** Listens at a place. */
  interface Opener {
    FlowListener listen(Place at) throws IOException;
  }

  private final Optional<Opener> opener;
  private final SocketSettings settings = SocketSettings.ofServer();

  // Guards that a listener which comes after the close is closed; nothing is waited for under it.
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;

  private volatile @Nullable Accepting accepting;
  private volatile Place place = Place.UNKNOWN;
  private volatile @Nullable InetAddress bound; // the IP address that was asked for
  private volatile int timeoutMillis;

  private FlowServerSocketImpl(Optional<Opener> opener) {
    this.opener = opener;
  }

  /** Returns one that listens by this when it is bound. */
  static FlowServerSocketImpl by(Opener opener) {
    return new FlowServerSocketImpl(Optional.of(opener));
  }

  static FlowServerSocketImpl over(FlowListener listener) {
    FlowServerSocketImpl impl = new FlowServerSocketImpl(Optional.empty());
    boolean unused = impl.take(listener);
    return impl;
  }

  private boolean take(FlowListener listener) {
    Place at = Place.ofAddress(listener.address());
    lock.lock();
    try {
      if (!closed) {
        place = at;
        accepting = new Accepting(listener);
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
    if (accepting != null) {
      return; // it was made of a listener
    }
    Opener by = opener.orElseThrow(() -> new SocketException("this socket has no listener"));
    try {
      Place at = Place.of(new InetSocketAddress(host, port));
      bound = at.isLiteral() ? host : null;
      FlowListener listener = by.listen(at);
      if (!take(listener)) {
        listener.close();
        throw new SocketException("Socket closed");
      }
    } catch (IOException e) {
      throw SocketFailures.connecting(e);
    }
  }

  /** The backlog is the network's. */
  @Override
  protected void listen(int backlog) {}

  @Override
  protected void accept(SocketImpl into) throws IOException {
    Accepting from = accepting;
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
    Accepting from;
    lock.lock();
    try {
      closed = true;
      from = accepting;
    } finally {
      lock.unlock();
    }
    if (from != null) {
      from.close();
    }
  }

  /**
   * Returns whether it is closed, also by an interrupt, of which the JDK's socket does not know.
   */
  boolean isClosed() {
    Accepting from = accepting;
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
    return bound == null ? place.address() : bound;
  }

  @Override
  protected int getLocalPort() {
    return place.port();
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

  // ---- What only a socket that connects can do

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
    return new SocketException("this socket accepts");
  }
}
