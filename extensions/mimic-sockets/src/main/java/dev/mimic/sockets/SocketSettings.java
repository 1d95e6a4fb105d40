package dev.mimic.sockets;

import static java.util.Objects.requireNonNull;

import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jdk.net.ExtendedSocketOptions;

/** The options of a socket that are remembered, and have no meaning to a flow. Thread-safe. */
final class SocketSettings {
  private static final int BUFFER_BYTES = 64 * 1024;

  private static final Map<SocketOption<?>, Object> AT_FIRST =
      Map.of(
          StandardSocketOptions.TCP_NODELAY,
          false,
          StandardSocketOptions.SO_KEEPALIVE,
          false,
          StandardSocketOptions.SO_REUSEADDR,
          false,
          StandardSocketOptions.SO_LINGER,
          -1,
          StandardSocketOptions.SO_RCVBUF,
          BUFFER_BYTES,
          StandardSocketOptions.SO_SNDBUF,
          BUFFER_BYTES,
          StandardSocketOptions.IP_TOS,
          0,
          ExtendedSocketOptions.TCP_KEEPIDLE,
          7200, // in seconds, as kernels have it
          ExtendedSocketOptions.TCP_KEEPINTERVAL,
          75,
          ExtendedSocketOptions.TCP_KEEPCOUNT,
          9);

  private static final Map<Integer, SocketOption<?>> BY_NUMBER =
      Map.of(
          SocketOptions.TCP_NODELAY, StandardSocketOptions.TCP_NODELAY,
          SocketOptions.SO_KEEPALIVE, StandardSocketOptions.SO_KEEPALIVE,
          SocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEADDR,
          SocketOptions.SO_LINGER, StandardSocketOptions.SO_LINGER,
          SocketOptions.SO_RCVBUF, StandardSocketOptions.SO_RCVBUF,
          SocketOptions.SO_SNDBUF, StandardSocketOptions.SO_SNDBUF,
          SocketOptions.IP_TOS, StandardSocketOptions.IP_TOS);

  private final Map<SocketOption<?>, Object> values = new ConcurrentHashMap<>(AT_FIRST);

  static Set<SocketOption<?>> supported() {
    return AT_FIRST.keySet();
  }

  void set(SocketOption<?> option, Object value) {
    require(option);
    values.put(option, requireNonNull(value, "value"));
  }

  Object get(SocketOption<?> option) {
    require(option);
    return requireNonNull(values.get(option));
  }

  /** Sets it by the number that {@link SocketOptions} has; false is no lingering. */
  void set(int number, Object value) throws SocketException {
    SocketOption<?> option = option(number);
    boolean off = option.equals(StandardSocketOptions.SO_LINGER) && Boolean.FALSE.equals(value);
    set(option, off ? -1 : value);
  }

  Object get(int number) throws SocketException {
    return get(option(number));
  }

  private static void require(SocketOption<?> option) {
    if (!AT_FIRST.containsKey(requireNonNull(option, "option"))) {
      throw new UnsupportedOperationException("'%s' not supported".formatted(option));
    }
  }

  private static SocketOption<?> option(int number) throws SocketException {
    SocketOption<?> option = BY_NUMBER.get(number);
    if (option == null) {
      throw new SocketException(
          number == SocketOptions.SO_OOBINLINE
              ? "Urgent data not supported"
              : "option 0x%x not supported".formatted(number));
    }
    return option;
  }
}
