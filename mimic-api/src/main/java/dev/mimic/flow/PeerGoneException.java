package dev.mimic.flow;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the peer of a {@link Flow} is gone: it has reset the connection, has vanished, or no
 * longer reads. It is the same for every transport. The cause, if any, is the exception of the
 * transport.
 */
public final class PeerGoneException extends IOException {

  /** Creates an exception with the exception of the transport. */
  public PeerGoneException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Creates an exception without a cause. */
  public PeerGoneException(String message) {
    super(message);
  }
}
