package dev.mimic.unix;

import dev.mimic.Flow;
import dev.mimic.FlowListener;
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

/** A folder of its own for sockets, whose name is short; with all that is in it, it is removed. */
record UnixPlace(Path folder) implements Closeable {
  static final UnixProtocol UNIX = new UnixProtocol();

  static UnixPlace open() throws IOException {
    return new UnixPlace(Files.createTempDirectory("m"));
  }

  /** Returns two flows that are each other's peers. */
  static Loopback pair() throws IOException {
    try (UnixPlace place = open();
        FlowListener listener = place.listen("pair")) {
      Flow near = place.connect("pair");
      return new Loopback(near, listener.accept());
    }
  }

  Path socket(String name) {
    return folder.resolve(name);
  }

  FlowListener listen(String name) throws IOException {
    return UNIX.listen(new UnixProtocol.Endpoint(socket(name)));
  }

  Flow connect(String name) throws IOException {
    return UNIX.connect(new UnixProtocol.Endpoint(socket(name)), Loopback.soon());
  }

  /** Returns a socket that listens, and whose file stays when it is closed. */
  ServerSocketChannel bind(String name, int backlog) throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(socket(name)), backlog);
  }

  /** Returns a socket whose queue is full. */
  FullQueue full(String name) throws IOException {
    ServerSocketChannel server = bind(name, 1);
    return new FullQueue(server, List.of(connect(name), connect(name)));
  }

  /** A socket that listens, with as many clients as it lets wait. */
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

  /** Returns the names of all that is there. */
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
