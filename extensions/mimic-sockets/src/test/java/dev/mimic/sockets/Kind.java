package dev.mimic.sockets;

import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/** Where sockets come from: the JDK's own, to compare with, and ours over two targets. */
enum Kind {
  JDK,
  MEMORY,
  TCP;

  /** Returns who makes both sides, with a network of its own. */
  Sockets sockets() {
    return switch (this) {
      case JDK -> new Sockets(this, SocketFactory.getDefault(), ServerSocketFactory.getDefault());
      case MEMORY ->
          new Sockets(this, MimicResolver.builder().network(InMemoryNetwork.create()).build());
      case TCP ->
          new Sockets(
              this, Guice.createInjector(new UnixLikeModule()).getInstance(MimicResolver.class));
    };
  }

  /** Makes sockets of both sides. */
  record Sockets(Kind kind, SocketFactory clients, ServerSocketFactory servers) {
    Sockets(Kind kind, MimicResolver resolver) {
      this(kind, FlowSocketFactory.of(resolver), FlowServerSocketFactory.of(resolver));
    }

    ServerSocket listen() throws IOException {
      return servers.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** Returns a place that only ours can reach if it is not looked up. */
    InetSocketAddress at(String host, int port) {
      return kind == JDK
          ? new InetSocketAddress(host, port)
          : InetSocketAddress.createUnresolved(host, port);
    }

    Connection connect() throws IOException {
      try (ServerSocket listening = listen()) {
        Socket client = clients.createSocket();
        client.connect(at("localhost", listening.getLocalPort()), 10_000);
        return new Connection(client, listening.accept());
      }
    }
  }

  /** Both sides of a connection. */
  record Connection(Socket client, Socket server) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      client.close();
      server.close();
    }
  }
}
