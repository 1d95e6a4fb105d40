package dev.mimic.sockets;

import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/** The kinds of sockets: those of the JDK for comparison, and ours over several transports. */
enum SocketKind {
  JDK,
  MEMORY,
  TCP,
  UNIX;

  private static MimicResolver host() {
    return Guice.createInjector(new UnixLikeModule()).getInstance(MimicResolver.class);
  }

  /** Returns factories of both sides, on a new network. */
  Sockets sockets() {
    return switch (this) {
      case JDK -> new Sockets(this, SocketFactory.getDefault(), ServerSocketFactory.getDefault());
      case MEMORY -> ofTcp(MimicResolver.builder().network(InMemoryNetwork.create()).build());
      case TCP -> ofTcp(host());
      case UNIX -> {
        String address = "unix:" + emptyFolder().resolve("socket");
        yield new Sockets(
            this,
            FlowSocketFactory.ofAddress(host(), address),
            FlowServerSocketFactory.ofAddress(host(), address));
      }
    };
  }

  private Sockets ofTcp(MimicResolver resolver) {
    return new Sockets(this, FlowSocketFactory.of(resolver), FlowServerSocketFactory.of(resolver));
  }

  private static Path emptyFolder() {
    try {
      Path folder = Files.createTempDirectory("mimic");
      folder.toFile().deleteOnExit(); // empty then, because a listener removes its file
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The socket factories of both sides. */
  record Sockets(SocketKind kind, SocketFactory clients, ServerSocketFactory servers) {

    ServerSocket listen() throws IOException {
      return servers.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** Returns a socket address; the JDK's sockets need one that has been looked up. */
    InetSocketAddress at(String host, int port) {
      return kind == JDK
          ? new InetSocketAddress(host, port)
          : InetSocketAddress.createUnresolved(host, port);
    }

    Connection connect() throws IOException {
      return connect(clients.createSocket());
    }

    Connection connect(Socket client) throws IOException {
      try (ServerSocket listening = listen()) {
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
