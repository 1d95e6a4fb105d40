package dev.mimic.unix;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A temporary folder for sockets with a short path, which {@link #close} removes. */
record SocketFolder(Path folder) implements Closeable {
  static final UnixProtocol UNIX = new UnixProtocol();

  static SocketFolder open() throws IOException {
    return new SocketFolder(Files.createTempDirectory("m"));
  }

  /** Returns a pair of connected flows. */
  static Loopback pair() throws IOException {
    try (SocketFolder sockets = open();
        FlowListener listener = sockets.listen("pair")) {
      Flow near = sockets.connect("pair");
      return new Loopback(near, listener.accept());
    }
  }

  Path socket(String name) {
    return folder.resolve(name);
  }

  FlowListener listen(String name) throws IOException {
    return UNIX.listen(UnixProtocol.Endpoint.of(socket(name)), Loopback.soon());
  }

  Flow connect(String name) throws IOException {
    return UNIX.connect(UnixProtocol.Endpoint.of(socket(name)), Loopback.soon());
  }

  /** Returns a listening socket whose file remains after a close. */
  ServerSocketChannel bind(String name, int backlog) throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(socket(name)), backlog);
  }

  /** Returns a listening socket with a full queue. */
  FullQueue full(String name) throws IOException {
    ServerSocketChannel server = bind(name, 1);
    return new FullQueue(server, List.of(connect(name), connect(name)));
  }

  /** A listening socket, and the clients that fill its queue. */
  record FullQueue(ServerSocketChannel server, List<Flow> waiting) implements Closeable {
    void acceptAll() throws IOException {
      for (int i = 0; i < waiting.size(); i++) {
        server.accept().close();
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
      for (Flow each : waiting) {
        each.close();
      }
    }
  }

  /** Returns the names of all files in the folder. */
  List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      files.forEach(each -> names.add(String.valueOf(each.getFileName())));
    }
    return names;
  }

  @Override
  public void close() throws IOException {
    for (String each : names()) {
      Files.delete(folder.resolve(each));
    }
    Files.delete(folder);
  }
}
