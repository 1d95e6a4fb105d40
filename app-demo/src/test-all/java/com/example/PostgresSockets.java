package com.example;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;

/**
 * The class that PostgreSQL's driver is told by name. The driver creates an object of it for each
 * connection, with a key that stands for the factory of a test.
 */
public final class PostgresSockets extends SocketFactory {
  private static final Map<String, SocketFactory> FACTORIES = new ConcurrentHashMap<>();

  private final SocketFactory factory;

  /** Called by the driver with the value of {@code socketFactoryArg}. */
  public PostgresSockets(String key) {
    factory = requireNonNull(FACTORIES.get(key), key);
  }

  /** Returns the parameters of a JDBC URL that make the driver use this factory. */
  static String parameters(SocketFactory factory) {
    String key = UUID.randomUUID().toString();
    FACTORIES.put(key, factory);
    return "socketFactory=%s&socketFactoryArg=%s".formatted(PostgresSockets.class.getName(), key);
  }

  @Override
  public Socket createSocket() throws IOException {
    return factory.createSocket();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return factory.createSocket(host, port);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return factory.createSocket(host, port, localHost, localPort);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return factory.createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return factory.createSocket(host, port, localHost, localPort);
  }
}
