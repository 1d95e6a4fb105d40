package dev.mimic.ssh;

import com.jcraft.jsch.Logger;
import dev.mimic.flow.PeerGoneException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Learns why a session ended, of which the library tells its log alone, before it closes the
 * channels.
 */
final class SessionLog implements Logger {
  private static final String LEAVES = "Caught an exception, leaving main loop";
  private static final String END = "End of IO Stream"; // as the library says it

  // After these words, the library takes an exception for a refused login.
  private static final String LOGIN_BREAKS = "an exception during authentication";

  private static final String CERTIFICATE_FAILS = "Host certificate validation failed";

  private volatile @Nullable Throwable failure;
  private volatile @Nullable String certificateFailure;
  private volatile @Nullable Throwable loginFailure;
  private volatile boolean umacAgreed;

  /** Returns what ended the session, if something did. */
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /** Returns why the server's certificate was not accepted, in the library's words. */
  Optional<String> certificateFailure() {
    return Optional.ofNullable(certificateFailure);
  }

  /** Returns the exception that ended the authentication, if one has. */
  Optional<Throwable> loginFailure() {
    return Optional.ofNullable(loginFailure);
  }

  /** Returns whether a cipher was agreed on that needs a MAC, and one that is missing. */
  boolean isUmacAgreed() {
    return umacAgreed;
  }

  @Override
  public boolean isEnabled(int level) {
    return level == INFO || level == WARN;
  }

  @Override
  public void log(int level, String message) {
    umacAgreed |= SshAlgorithms.isUmacAgreed(message);
  }

  @Override
  public void log(int level, String message, @Nullable Throwable cause) {
    if (message.startsWith(LEAVES)) {
      failure = explained(cause);
    } else if (message.startsWith(LOGIN_BREAKS)) {
      loginFailure = cause;
    } else if (message.startsWith(CERTIFICATE_FAILS) && cause != null) {
      certificateFailure = cause.getMessage();
    }
  }

  private static @Nullable Throwable explained(@Nullable Throwable cause) {
    return cause != null && String.valueOf(cause.getMessage()).startsWith(END)
        ? new PeerGoneException("the server ended the connection", cause)
        : cause;
  }
}
