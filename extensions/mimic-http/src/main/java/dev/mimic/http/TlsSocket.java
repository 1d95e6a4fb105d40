package dev.mimic.http;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.sockets.FlowSockets;
import dev.mimic.tls.TlsFlow;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.HandshakeCompletedEvent;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A client's {@link SSLSocket} over a {@link TlsFlow}. The handshake takes place in {@link
 * #startHandshake}, or at the first use of a stream or of the session. It verifies the peer's
 * certificate and name. Its time limit is {@code SO_TIMEOUT}, or the resolver's default timeout if
 * that is zero.
 *
 * <p>Methods delegate to the socket below until the handshake, and afterwards to a socket over the
 * {@code TlsFlow}. The lock ensures that at most one thread performs the handshake.
 */
final class TlsSocket extends SSLSocket {
  /** The session attribute with the host name that the certificate was verified for. */
  private static final String VERIFIED_HOST = "dev.mimic.http.verified-host";

  private final TlsSocketFactory factory;
  private final Socket below;
  private final Flow flow;
  private final HostPort peer;
  private final List<HandshakeCompletedListener> listeners = new CopyOnWriteArrayList<>();
  private final ReentrantLock handshake = new ReentrantLock();
  private volatile SSLParameters parameters = new SSLParameters();
  private volatile @Nullable SSLParameters offered; // by the resolver; set at the first use
  private volatile @Nullable Secure secure;

  /** The state after the handshake. */
  private record Secure(TlsFlow flow, Socket socket, SSLSession session, String protocol) {}

  TlsSocket(TlsSocketFactory factory, Socket below, Flow flow, HostPort peer) {
    this.factory = factory;
    this.below = below;
    this.flow = flow;
    this.peer = peer;
  }

  /**
   * Returns whether a socket of this class has verified this session's certificate for this host.
   */
  static boolean isVerified(String host, SSLSession session) {
    return host.equals(session.getValue(VERIFIED_HOST));
  }

  @Override
  public void startHandshake() throws IOException {
    Secure unused = secured();
  }

  private Secure secured() throws IOException {
    Secure ready = secure;
    if (ready != null) {
      return ready;
    }
    handshake.lock();
    try {
      ready = secure;
      if (ready != null) {
        return ready; // another thread performed the handshake, and notifies the listeners
      }
      ready = performHandshake();
      secure = ready;
    } finally {
      handshake.unlock();
    }
    HandshakeCompletedEvent event = new HandshakeCompletedEvent(this, ready.session());
    listeners.forEach(listener -> listener.handshakeCompleted(event));
    return ready;
  }

  private Secure performHandshake() throws IOException {
    int timeoutMillis = below.getSoTimeout();
    TlsFlow upgraded =
        factory.secure(flow, peer, offered(), parameters, Duration.ofMillis(timeoutMillis));
    SSLSession session =
        upgraded
            .find(SSLSession.class)
            .orElseThrow(() -> new IOException("the handshake has no session"));
    session.putValue(VERIFIED_HOST, peer.host());
    Socket socket = FlowSockets.of(upgraded);
    socket.setSoTimeout(timeoutMillis);
    String protocol = upgraded.applicationProtocol().orElse("");
    return new Secure(upgraded, socket, session, protocol);
  }

  private Socket socket() {
    Secure ready = secure;
    return ready == null ? below : ready.socket();
  }

  // ---- Streams and closing

  @Override
  public InputStream getInputStream() throws IOException {
    return secured().socket().getInputStream();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return secured().socket().getOutputStream();
  }

  @Override
  public void shutdownInput() throws IOException {
    socket().shutdownInput();
  }

  @Override
  public void shutdownOutput() throws IOException {
    socket().shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    socket().close();
  }

  @Override
  public boolean isClosed() {
    return socket().isClosed();
  }

  @Override
  public boolean isInputShutdown() {
    return socket().isInputShutdown();
  }

  @Override
  public boolean isOutputShutdown() {
    return socket().isOutputShutdown();
  }

  // ---- TLS

  /** Performs the handshake; returns an invalid session if it fails, as the JDK's socket does. */
  @Override
  public SSLSession getSession() {
    try {
      return secured().session();
    } catch (IOException e) {
      return TlsSocketFactory.noSession();
    }
  }

  @Override
  public @Nullable String getApplicationProtocol() {
    Secure ready = secure;
    return ready == null ? null : ready.protocol();
  }

  @Override
  public SSLParameters getSSLParameters() {
    return copy(parameters);
  }

  @Override
  public void setSSLParameters(SSLParameters narrowed) {
    parameters = copy(narrowed);
  }

  private static SSLParameters copy(SSLParameters from) {
    SSLParameters copy = new SSLParameters(from.getCipherSuites(), from.getProtocols());
    copy.setApplicationProtocols(from.getApplicationProtocols());
    return copy;
  }

  private SSLParameters offered() {
    SSLParameters known = offered;
    if (known == null) {
      known = factory.offered();
      offered = known;
    }
    return known;
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return offered().getCipherSuites();
  }

  @Override
  public String[] getEnabledCipherSuites() {
    String[] narrowed = parameters.getCipherSuites();
    return narrowed == null ? getSupportedCipherSuites() : narrowed;
  }

  @Override
  public void setEnabledCipherSuites(String[] suites) {
    SSLParameters changed = copy(parameters);
    changed.setCipherSuites(suites);
    parameters = changed;
  }

  @Override
  public String[] getSupportedProtocols() {
    return offered().getProtocols();
  }

  @Override
  public String[] getEnabledProtocols() {
    String[] narrowed = parameters.getProtocols();
    return narrowed == null ? getSupportedProtocols() : narrowed;
  }

  @Override
  public void setEnabledProtocols(String[] protocols) {
    SSLParameters changed = copy(parameters);
    changed.setProtocols(protocols);
    parameters = changed;
  }

  @Override
  public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
    if (!listeners.remove(listener)) {
      throw new IllegalArgumentException("listener (%s) is not registered".formatted(listener));
    }
  }

  @Override
  public void setUseClientMode(boolean client) {
    if (!client) {
      throw new IllegalArgumentException("this socket is a client's");
    }
  }

  @Override
  public boolean getUseClientMode() {
    return true;
  }

  @Override
  public void setNeedClientAuth(boolean need) {}

  @Override
  public boolean getNeedClientAuth() {
    return false;
  }

  @Override
  public void setWantClientAuth(boolean want) {}

  @Override
  public boolean getWantClientAuth() {
    return false;
  }

  @Override
  public void setEnableSessionCreation(boolean enabled) {}

  @Override
  public boolean getEnableSessionCreation() {
    return true;
  }

  // ---- The connection below

  @Override
  public void connect(SocketAddress endpoint) throws IOException {
    below.connect(endpoint);
  }

  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    below.connect(endpoint, timeout);
  }

  @Override
  public void bind(SocketAddress bindpoint) throws IOException {
    below.bind(bindpoint);
  }

  @Override
  public boolean isConnected() {
    return below.isConnected();
  }

  @Override
  public boolean isBound() {
    return below.isBound();
  }

  @Override
  public InetAddress getInetAddress() {
    return below.getInetAddress();
  }

  @Override
  public InetAddress getLocalAddress() {
    return below.getLocalAddress();
  }

  @Override
  public int getPort() {
    return below.getPort();
  }

  @Override
  public int getLocalPort() {
    return below.getLocalPort();
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return below.getRemoteSocketAddress();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return below.getLocalSocketAddress();
  }

  @Override
  public void setSoTimeout(int timeout) throws SocketException {
    socket().setSoTimeout(timeout);
  }

  @Override
  public int getSoTimeout() throws SocketException {
    return socket().getSoTimeout();
  }

  @Override
  public void setTcpNoDelay(boolean on) throws SocketException {
    below.setTcpNoDelay(on);
  }

  @Override
  public boolean getTcpNoDelay() throws SocketException {
    return below.getTcpNoDelay();
  }

  @Override
  public void setSoLinger(boolean on, int linger) throws SocketException {
    below.setSoLinger(on, linger);
  }

  @Override
  public int getSoLinger() throws SocketException {
    return below.getSoLinger();
  }

  @Override
  public void setKeepAlive(boolean on) throws SocketException {
    below.setKeepAlive(on);
  }

  @Override
  public boolean getKeepAlive() throws SocketException {
    return below.getKeepAlive();
  }

  @Override
  public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
    Socket unused = below.setOption(name, value);
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> name) throws IOException {
    return below.getOption(name);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return below.supportedOptions();
  }

  @Override
  public String toString() {
    return socket().toString();
  }
}
