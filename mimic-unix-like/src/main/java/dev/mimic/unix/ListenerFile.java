package dev.mimic.unix;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.locks.ReentrantLock;

/** The file of a listener, to be removed once. */
final class ListenerFile implements Closeable {
  private final ServerSocketChannel channel;
  private final SocketFile file;
  private final ReentrantLock lock = new ReentrantLock(); // guards removed
  private boolean removed;

  ListenerFile(ServerSocketChannel channel, SocketFile file) {
    this.channel = channel;
    this.file = file;
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      if (!removed) {
        removed = true;
        remove();
      }
    } finally {
      lock.unlock();
    }
  }

  private void remove() throws IOException {
    if (channel.isOpen()) {
      file.remove(); // nobody replaces it while somebody listens
    } else {
      removeByClaim();
    }
  }

  /** Removes the file when nobody else can be about to replace it. */
  private void removeByClaim() throws IOException {
    try (ServerSocketChannel standIn = UnixListener.channel();
        SocketClaim claim = SocketClaim.of(file.socket(), standIn, 1)) {
      claim.remove(file);
    } catch (BindException e) {
      // Another listener starts there, and replaces the file; or nothing can be changed there.
    }
  }
}
