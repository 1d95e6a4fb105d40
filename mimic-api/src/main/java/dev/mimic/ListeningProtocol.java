package dev.mimic;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.FlowListener;
import java.io.IOException;

/**
 * Makes a {@link FlowListener} from a value that says where and how to listen. Thread-safe.
 *
 * @param <L> the type of that value
 */
public interface ListeningProtocol<L> {

  /** Returns the name that plans and messages use, such as {@code tls}. */
  String name();

  /** Returns the key of the value; {@link Scheme}s name their listening carrier by it. */
  Key<L> listenKey();

  /**
   * Returns what such a listener is made of, such as {@code tls(tcp(localhost:443))}. Plans and
   * messages print it, so it shows no secret.
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
   * @throws java.net.BindException if the place is taken or is not this program's to take
   * @throws IOException if there is no listening there
   */
  FlowListener listen(L at, Deadline deadline) throws IOException;
}
