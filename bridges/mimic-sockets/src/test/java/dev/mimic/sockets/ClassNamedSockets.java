package dev.mimic.sockets;

import static java.util.Objects.requireNonNull;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.protocol.StandardSocketFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Socket factories for drivers that create them by class name. */
final class ClassNamedSockets {
  /** The factory that both delegate to. */
  static volatile @Nullable SocketFactory factory;

  private ClassNamedSockets() {}

  private static SocketFactory factory() {
    return requireNonNull(factory, "factory");
  }

  /** The factory for the drivers of PostgreSQL and MariaDB. */
  public static final class Plain extends SocketFactory {
    /** Called by the drivers. */
    public Plain() {}

    @Override
    public Socket createSocket() throws IOException {
      return factory().createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return factory().createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
        throws IOException {
      return factory().createSocket(host, port, localHost, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return factory().createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
        throws IOException {
      return factory().createSocket(host, port, localHost, localPort);
    }
  }

  /** The factory for MySQL's driver, which has its own interface and looks the host up itself. */
  public static final class MySql extends StandardSocketFactory {
    /** Called by the driver. */
    public MySql() {}

    @Override
    protected Socket createSocket(PropertySet properties) {
      try {
        return factory().createSocket();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
