package dev.mimic.flow;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The peer of a {@link Flow} is gone: it has reset the connection, has vanished, or reads no more.
 * The same for every transport; the cause, if any, is the transport's own exception.
 */
public final class PeerGoneException extends IOException {

  /** Makes one with the transport's own exception. */
  public PeerGoneException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Makes one without a cause. */
  public PeerGoneException(String message) {
    super(message);
  }
}
