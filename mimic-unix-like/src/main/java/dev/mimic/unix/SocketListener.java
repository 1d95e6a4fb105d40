package dev.mimic.unix;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.InterruptibleLock;
import dev.mimic.flow.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A listener on a socket of any family. Threads that accept take turns by the accept lock. */
final class SocketListener implements FlowListener {

  /** A factory of flows over accepted sockets. */
  @FunctionalInterface
  interface Flows {
    /** Returns a flow over a connected channel, which is closed if this method fails. */
    Flow of(SocketChannel accepted, TimeSource time) throws IOException;
  }

  private final ServerSocketChannel channel;
  private final String address;
  private final Flows flows;
  private final TimeSource time;
  private final Closeable place;
  private final InterruptibleLock accepting;

  /**
   * Creates a listener, which owns its arguments.
   *
   * @param time the clock of accepted flows
   * @param place a resource to be closed with the channel, before it if possible, perhaps more than
   *     once
   */
  SocketListener(
      ServerSocketChannel bound, String address, Flows flows, TimeSource time, Closeable place) {
    this.channel = bound;
    this.address = address;
    this.flows = flows;
    this.time = time;
    this.place = place;
    this.accepting = new InterruptibleLock(bound);
  }

  @Override
  public Flow accept() throws IOException {
    try {
      return acceptLocked();
    } catch (ClosedChannelException closed) {
      if (!channel.isOpen()) { // an interrupt closes only the channel
        Closeables.closeOnto(closed, place);
      }
      throw closed;
    }
  }

  private Flow acceptLocked() throws IOException {
    accepting.lock();
    try {
      return flow(channel.accept());
    } catch (AsynchronousCloseException e) {
      throw e;
    } catch (ClosedChannelException e) { // it was open when this thread got the lock
      throw (IOException) new AsynchronousCloseException().initCause(e);
    } finally {
      accepting.unlock();
    }
  }

  private Flow flow(SocketChannel accepted) throws IOException {
    try {
      return flows.of(accepted, time);
    } catch (Error failure) { // for example OutOfMemoryError, after which the server continues
      Closeables.closeOnto(failure, accepted);
      throw failure;
    }
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public TimeSource timeSource() {
    return time;
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      place.close();
    }
  }

  /** Returns {@link #address}. */
  @Override
  public String toString() {
    return address;
  }
}
