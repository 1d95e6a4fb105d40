package dev.mimic.flow;

import java.io.Closeable;
import java.io.IOException;

/**
 * A listener, which accepts the flows of peers. Thread-safe; several threads can accept. The code
 * that opened it closes it. {@link FlowServer} serves a listener.
 */
public interface FlowListener extends Closeable {

  /**
   * Waits for the next flow and returns it; the caller owns it. Never performs a handshake, so that
   * a slow or silent peer delays no other: a handshake runs at the first read or write of the flow.
   *
   * @throws java.nio.channels.ClosedChannelException if the listener is closed; {@link
   *     java.nio.channels.AsynchronousCloseException} if that happened during the call
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted; the listener
   *     is then closed and the interrupt status set
   * @throws IOException if this flow could not be accepted, although the next one may be (too many
   *     open files)
   */
  Flow accept() throws IOException;

  /**
   * Returns an address that the same deployment can resolve. It has the actual port, and a host
   * that reaches this one in place of a wildcard.
   */
  String address();

  /**
   * Returns the clock for limited waits for a flow of this listener, such as the timeout of a
   * {@link java.net.ServerSocket}. Defaults to the system clock.
   */
  default TimeSource timeSource() {
    return TimeSource.system();
  }

  /**
   * Stops listening, wakes every thread in {@link #accept}, and resets the flows that were not
   * accepted. Accepted flows stay open. Does nothing if the listener is closed already.
   */
  @Override
  void close() throws IOException;
}
