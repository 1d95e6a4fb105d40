package dev.mimic.sockets;

import static java.util.Objects.requireNonNull;

import dev.mimic.flow.Flow;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * The options of a socket. They are stored until there is a connection. If that is a TCP connection
 * of the host, they are then set on and read from its socket; otherwise they remain stored.
 * Thread-safe.
 */
final class SocketSettings {
  private static final int BUFFER_BYTES = 64 * 1024;

  private static final Map<SocketOption<?>, Object> COMMON_DEFAULTS =
      Map.of(
          StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES,
          StandardSocketOptions.SO_REUSEPORT, false,
          StandardSocketOptions.IP_TOS, 0,
          ExtendedSocketOptions.TCP_QUICKACK, true,
          ExtendedSocketOptions.TCP_KEEPIDLE, 7200, // in seconds; the default of kernels
          ExtendedSocketOptions.TCP_KEEPINTERVAL, 75,
          ExtendedSocketOptions.TCP_KEEPCOUNT, 9);

  private static final Map<SocketOption<?>, Object> CLIENT_DEFAULTS =
      commonAnd(
          Map.of(
              StandardSocketOptions.TCP_NODELAY, true, // no flow delays bytes
              StandardSocketOptions.SO_KEEPALIVE, false,
              StandardSocketOptions.SO_REUSEADDR, false,
              StandardSocketOptions.SO_LINGER, -1,
              StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES));

  private static final Map<SocketOption<?>, Object> SERVER_DEFAULTS =
      commonAnd(Map.of(StandardSocketOptions.SO_REUSEADDR, true));

  private static Map<SocketOption<?>, Object> commonAnd(Map<SocketOption<?>, Object> special) {
    Map<SocketOption<?>, Object> all = new HashMap<>(COMMON_DEFAULTS);
    all.putAll(special);
    return Collections.unmodifiableMap(all);
  }

  private static final Map<Integer, SocketOption<?>> BY_NUMBER =
      Map.of(
          SocketOptions.TCP_NODELAY, StandardSocketOptions.TCP_NODELAY,
          SocketOptions.SO_KEEPALIVE, StandardSocketOptions.SO_KEEPALIVE,
          SocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEADDR,
          SocketOptions.SO_REUSEPORT, StandardSocketOptions.SO_REUSEPORT,
          SocketOptions.SO_LINGER, StandardSocketOptions.SO_LINGER,
          SocketOptions.SO_RCVBUF, StandardSocketOptions.SO_RCVBUF,
          SocketOptions.SO_SNDBUF, StandardSocketOptions.SO_SNDBUF,
          SocketOptions.IP_TOS, StandardSocketOptions.IP_TOS);

  private final Map<SocketOption<?>, Object> defaults;
  private final Map<SocketOption<?>, Object> values = new ConcurrentHashMap<>();
  private volatile boolean urgentInline;
  private volatile @Nullable Socket host;

  private SocketSettings(Map<SocketOption<?>, Object> defaults) {
    this.defaults = defaults;
  }

  /** Returns the options of a connecting or accepted socket. */
  static SocketSettings ofClient() {
    return new SocketSettings(CLIENT_DEFAULTS);
  }

  /** Returns the options of a server socket, which are only stored. */
  static SocketSettings ofServer() {
    return new SocketSettings(SERVER_DEFAULTS);
  }

  /** Returns the host's socket if the flow is a plain TCP connection of the host. */
  static Optional<Socket> hostSocket(Flow flow) {
    return flow.info().below().isPresent()
        ? Optional.empty()
        : flow.find(SocketChannel.class).filter(SocketSettings::isTcp).map(SocketChannel::socket);
  }

  private static boolean isTcp(SocketChannel channel) {
    try {
      return channel.getLocalAddress() instanceof InetSocketAddress; // only those have a socket
    } catch (IOException e) {
      return false; // the channel is closed
    }
  }

  /** Returns the host's socket, or empty if there is none. */
  Optional<Socket> host() {
    return Optional.ofNullable(host);
  }

  /** Applies the stored options to the host's socket, and all options that are set later. */
  void attachHostSocket(Socket host) {
    this.host = host; // first, so that an option set at the same time is applied too
    values.forEach(
        (option, value) -> {
          try {
            setAt(host, option, value);
          } catch (IOException e) {
            // Some systems refuse options if the peer is gone, which the first read reports.
          }
        });
    if (urgentInline) {
      try {
        host.setOOBInline(true);
      } catch (SocketException e) {
        // As above.
      }
    }
  }

  /** Returns the supported options. */
  Set<SocketOption<?>> supported() {
    Socket host = this.host;
    return host == null ? defaults.keySet() : host.supportedOptions();
  }

  /** Returns whether closing resets the connection. */
  boolean resetsOnClose() {
    return Integer.valueOf(0).equals(values.get(StandardSocketOptions.SO_LINGER));
  }

  void set(SocketOption<?> option, Object value) throws IOException {
    require(option);
    if (!option.type().isInstance(value)) {
      throw new IllegalArgumentException("Invalid value '%s'".formatted(value));
    }
    values.put(option, value);
    Socket host = this.host;
    if (host != null) {
      setAt(host, option, value);
    }
  }

  @SuppressWarnings("unchecked") // the type of a stored value has been checked
  private static <T> void setAt(Socket host, SocketOption<T> option, Object value)
      throws IOException {
    if (option.equals(StandardSocketOptions.SO_LINGER) && (Integer) value > 0) {
      return; // closing would block in the kernel, with the carrier of a virtual thread
    }
    Socket unused = host.setOption(option, (T) value);
  }

  Object get(SocketOption<?> option) throws IOException {
    require(option);
    Object set = values.get(option);
    Socket host = this.host;
    if (host == null || option.equals(StandardSocketOptions.SO_LINGER)) {
      return set == null ? requireNonNull(defaults.get(option)) : set;
    }
    return host.getOption(option);
  }

  private void require(SocketOption<?> option) {
    if (!supported().contains(requireNonNull(option, "option"))) {
      throw new UnsupportedOperationException("'%s' not supported".formatted(option));
    }
  }

  /** Sets an option by its number in {@link SocketOptions}; false turns SO_LINGER off. */
  void set(int number, Object value) throws SocketException {
    if (number == SocketOptions.SO_OOBINLINE) {
      urgentInline = (Boolean) value;
      Socket host = this.host;
      if (host != null) {
        host.setOOBInline(urgentInline);
      }
      return;
    }
    boolean off = number == SocketOptions.SO_LINGER && Boolean.FALSE.equals(value);
    try {
      set(option(number), off ? -1 : value);
    } catch (IOException e) {
      throw asSocketException(e);
    }
  }

  Object get(int number) throws SocketException {
    if (number == SocketOptions.SO_OOBINLINE) {
      return urgentInline;
    }
    try {
      Object value = get(option(number));
      return number == SocketOptions.SO_LINGER && value.equals(-1) ? (Object) false : value;
    } catch (IOException e) {
      throw asSocketException(e);
    }
  }

  private static SocketException asSocketException(IOException e) {
    return e instanceof SocketException socket
        ? socket
        : (SocketException) new SocketException(e.getMessage()).initCause(e);
  }

  private static SocketOption<?> option(int number) throws SocketException {
    SocketOption<?> option = BY_NUMBER.get(number);
    if (option == null) {
      throw new SocketException("Unknown option " + number);
    }
    return option;
  }
}
