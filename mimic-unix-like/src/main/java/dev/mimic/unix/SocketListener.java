package dev.mimic.unix;

import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.InterruptibleLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A listening socket, of any family. */
final class SocketListener implements FlowListener {

  /** Makes flows of the sockets that are accepted. */
  @FunctionalInterface
  interface Flows {
    /** Returns the flow over a connected channel, which is closed if there can be none. */
    Flow of(SocketChannel accepted) throws IOException;
  }

  private final ServerSocketChannel channel;
  private final String address;
  private final Flows flows;
  private final Closeable place;
  private final InterruptibleLock accepting;

  /**
   * Makes the listener, which owns what it is given.
   *
   * @param place what is given up with the channel; closed before it where that can be, and perhaps
   *     more than once
   */
  SocketListener(ServerSocketChannel bound, String address, Flows flows, Closeable place) {
    this.channel = bound;
    this.address = address;
    this.flows = flows;
    this.place = place;
    this.accepting = new InterruptibleLock(bound);
  }

  @Override
  public Flow accept() throws IOException {
    try {
      return acceptInTurn();
    } catch (ClosedChannelException closed) {
      if (!channel.isOpen()) { // by an interrupt perhaps, which gave no place up
        Closing.onto(closed, place);
      }
      throw closed;
    }
  }

  private Flow acceptInTurn() throws IOException {
    accepting.lock();
    try {
      return flow(channel.accept());
    } catch (AsynchronousCloseException e) {
      throw e;
    } catch (ClosedChannelException e) { // it was open when the turn began
      throw (IOException) new AsynchronousCloseException().initCause(e);
    } finally {
      accepting.unlock();
    }
  }

  private Flow flow(SocketChannel accepted) throws IOException {
    try {
      return flows.of(accepted);
    } catch (Error failure) { // no memory for a flow, perhaps: the server goes on
      Closing.onto(failure, accepted);
      throw failure;
    }
  }

  @Override
  public String address() {
    return address;
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
