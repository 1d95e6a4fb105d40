package dev.mimic.flow;

import java.io.Closeable;
import java.io.IOException;

/**
 * Accepts the flows that others open. Thread-safe; several threads may accept. Who listened closes
 * it. {@link FlowServer} serves one.
 */
public interface FlowListener extends Closeable {

  /**
   * Waits for the next flow and returns it; the caller owns it. Never handshakes: a slow or silent
   * peer keeps nobody else waiting, for a handshake runs at the flow's first read or write.
   *
   * @throws java.nio.channels.ClosedChannelException if the listener is closed; {@link
   *     java.nio.channels.AsynchronousCloseException} if that happened during the call
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted; the listener
   *     is then closed and the interrupt status set
   * @throws IOException if this flow could not be had, and perhaps the next can (too many open
   *     files)
   */
  Flow accept() throws IOException;

  /**
   * Returns an address to connect to from the same deployment. It has the real port, and a host
   * that reaches this one in place of a wildcard.
   */
  String address();

  /**
   * Returns the clock by which a limited wait for a flow of this listener is measured, such as a
   * {@link java.net.ServerSocket}'s time-out. The system's clock, unless the network has another.
   */
  default TimeSource timeSource() {
    return TimeSource.system();
  }

  /**
   * Stops listening, wakes every thread in {@link #accept}, and resets the flows that nobody has
   * accepted. Accepted flows live on. Does nothing the second time.
   */
  @Override
  void close() throws IOException;
}
