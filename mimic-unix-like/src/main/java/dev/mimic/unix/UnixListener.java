package dev.mimic.unix;

import dev.mimic.Address;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.InterruptibleLock;
import dev.mimic.flow.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** Opens listeners on sockets in the Unix domain. */
final class UnixListener {
  private static final int BACKLOG = 1024;

  private UnixListener() {}

  /** Opens a listener; see {@link UnixProtocol#listen}. */
  static FlowListener open(Path socket, Set<PosixFilePermission> permissions, TimeSource time)
      throws IOException {
    InterruptibleLock.requireNotInterrupted(); // bind ignores interrupts
    Optional<String> tooLong = UnixPaths.tooLong(socket);
    if (tooLong.isPresent()) {
      throw new BindException(tooLong.get());
    }
    ServerSocketChannel channel = channel();
    try {
      return listener(channel, publish(channel, socket, permissions), time);
    } catch (IOException | RuntimeException failure) {
      Closeables.closeOnto(failure, channel);
      throw failure;
    }
  }

  private static SocketFile publish(
      ServerSocketChannel channel, Path socket, Set<PosixFilePermission> permissions)
      throws IOException {
    try (SocketPathLock lock = SocketPathLock.acquire(socket, channel, BACKLOG)) {
      return lock.publish(permissions);
    }
  }

  private static FlowListener listener(
      ServerSocketChannel listening, SocketFile file, TimeSource time) {
    Path socket = file.socket();
    return new SocketListener(
        listening,
        "unix:" + Address.encodePath(socket.toString()),
        (accepted, clock) -> UnixSockets.accepted(accepted, socket, clock),
        time,
        new ListenerFile(listening, file));
  }

  /** Returns a new, unbound channel. */
  static ServerSocketChannel channel() throws IOException {
    try {
      return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    } catch (UnsupportedOperationException e) {
      throw UnixSockets.unsupported(e);
    }
  }

  /** The file of a listener, which {@link #close} removes once. */
  private static final class ListenerFile implements Closeable {
    private final ServerSocketChannel channel;
    private final SocketFile file;
    private final ReentrantLock removal = new ReentrantLock(); // guards removed
    private boolean removed;

    ListenerFile(ServerSocketChannel channel, SocketFile file) {
      this.channel = channel;
      this.file = file;
    }

    @Override
    public void close() throws IOException {
      removal.lock();
      try {
        if (!removed) {
          removed = true;
          remove();
        }
      } finally {
        removal.unlock();
      }
    }

    private void remove() throws IOException {
      if (channel.isOpen()) {
        file.remove(); // no listener replaces it while the channel listens
      } else {
        removeUnderLock();
      }
    }

    /** Removes the file while no other listener can replace it. */
    private void removeUnderLock() throws IOException {
      try (ServerSocketChannel unpublished = channel();
          SocketPathLock lock = SocketPathLock.acquire(file.socket(), unpublished, 1)) {
        lock.remove(file);
      } catch (BindException e) {
        // Another listener is starting and replaces the file, or the folder is not writable.
      }
    }
  }
}
