package dev.mimic;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import java.io.IOException;

/**
 * Makes a connected {@link Flow} from an endpoint value.
 *
 * <p>Implementations are thread-safe and hold no connection. The endpoint is everything that the
 * protocol needs, ready to use: a host and a port, a network, a trust store. It is derived from the
 * context (see {@link Derivation}) or put there.
 *
 * @param <E> the type of the endpoint
 */
public interface Protocol<E> {

  /** Returns the name that plans and messages use, such as {@code tls}. */
  String name();

  /** Returns the key of this protocol's endpoint; {@link Scheme}s name their carrier by it. */
  Key<E> endpointKey();

  /**
   * Returns whether the peer is authenticated and the bytes are encrypted. Where endpoints are
   * derived for a context without a scheme, a protocol that is not secure is never tried once a
   * secure one could have been (no downgrade).
   */
  boolean isSecure();

  /**
   * Returns the place among the protocols, where a context without a scheme leaves a choice: the
   * lower number is tried first, and of equal ones the later registered. The default is the last.
   */
  default int priority() {
    return Integer.MAX_VALUE;
  }

  /**
   * Returns what a connection to this endpoint is made of, such as {@code
   * tls(tcp(example.org:443))}. Plans and messages print it, so it shows no secret.
   */
  String describe(E endpoint);

  /**
   * Connects, and returns a flow that the caller owns.
   *
   * <p>Stops, with nothing left open, when the deadline has passed or the thread is interrupted:
   * {@link Deadline#bound} does that for anything that can be closed. Messages of exceptions show
   * no secret.
   *
   * @throws java.nio.channels.ClosedByInterruptException if the thread was interrupted; its
   *     interrupt status is set
   * @throws IOException if there is no connection; the resolver records it and tries what is next
   */
  Flow connect(E endpoint, Deadline deadline) throws IOException;
}
