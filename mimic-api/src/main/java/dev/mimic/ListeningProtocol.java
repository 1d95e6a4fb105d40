package dev.mimic;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.FlowListener;
import java.io.IOException;

/**
 * A protocol for listeners: opens a {@link FlowListener} at an endpoint. Thread-safe.
 *
 * @param <L> the type of the endpoint to listen at
 */
public interface ListeningProtocol<L> {

  /** Returns the name in plans and messages, such as {@code tls}. */
  String name();

  /** Returns the key of the endpoint. A {@link Scheme} names its listening carrier by this key. */
  Key<L> listenKey();

  /**
   * Returns the layers of such a listener, such as {@code tls(tcp(localhost:443))}, for plans and
   * messages. It must show no secret.
   */
  String describe(L at);

  /**
   * Listens, and returns a listener that the caller owns.
   *
   * <p>Stops, with nothing left open, when the deadline has passed or the thread is interrupted.
   * The deadline does not limit the listener.
   *
   * @throws java.net.SocketTimeoutException if the deadline has passed
   * @throws java.nio.channels.ClosedByInterruptException if the thread was interrupted; its
   *     interrupt status is set
   * @throws java.net.BindException if the address is in use or not permitted
   * @throws IOException if listening is not possible
   */
  FlowListener listen(L at, Deadline deadline) throws IOException;
}
