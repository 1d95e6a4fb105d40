package dev.mimic;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import java.io.IOException;

/**
 * A protocol for connections: connects a {@link Flow} to an endpoint.
 *
 * <p>Implementations are thread-safe and hold no connection. The endpoint has everything that the
 * protocol needs, such as a network, a host and a port, and a trust store. It is derived from the
 * context (see {@link Derivation}), or is a value of the context.
 *
 * @param <E> the type of the endpoint
 */
public interface Protocol<E> {

  /** Returns the name in plans and messages, such as {@code tls}. */
  String name();

  /** Returns the key of the endpoint. A {@link Scheme} names its carrier by this key. */
  Key<E> endpointKey();

  /**
   * Returns whether the peer is authenticated and the bytes are encrypted. If endpoints are derived
   * for a context without a scheme, a protocol that is not secure is never tried when a secure one
   * could have been used (no downgrade).
   */
  boolean isSecure();

  /**
   * Returns the priority among the protocols that a context without a scheme leaves to choose from.
   * The lower number is tried first, and of equal ones the later registered. Defaults to 0, as
   * {@link Derivation#priority} does.
   */
  default int priority() {
    return 0;
  }

  /**
   * Returns the layers of a connection to this endpoint, such as {@code tls(tcp(example.org:443))},
   * for plans and messages. It must show no secret.
   */
  String describe(E endpoint);

  /**
   * Connects, and returns a flow that the caller owns.
   *
   * <p>Stops, with nothing left open, when the deadline has passed or the thread is interrupted:
   * {@link Deadline#guard} does that for everything that can be closed, and {@link
   * dev.mimic.flow.BlockingCall} for calls of libraries. Messages of exceptions must show no
   * secret.
   *
   * @throws java.nio.channels.ClosedByInterruptException if the thread was interrupted; its
   *     interrupt status is set
   * @throws IOException if the connection fails; the resolver records that and tries the next one
   */
  Flow connect(E endpoint, Deadline deadline) throws IOException;
}
