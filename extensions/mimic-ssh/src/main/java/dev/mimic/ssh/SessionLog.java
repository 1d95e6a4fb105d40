package dev.mimic.ssh;

import com.jcraft.jsch.Logger;
import dev.mimic.flow.PeerGoneException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A log that extracts the reason for the end of a session, which JSch reports only to its log. JSch
 * logs it before it closes the channels. Thread-safe.
 */
final class SessionLog implements Logger {
  private static final String SESSION_ENDS = "Caught an exception, leaving main loop";
  private static final String END = "End of IO Stream"; // a message of JSch

  // JSch logs this text and then treats the exception as a refused login.
  private static final String LOGIN_FAILS = "an exception during authentication";

  private static final String CERTIFICATE_FAILS = "Host certificate validation failed";

  private volatile @Nullable Throwable failure;
  private volatile @Nullable String certificateFailure;
  private volatile @Nullable Throwable loginFailure;
  private volatile boolean umacAgreed;

  /** Returns the failure that ended the session, or empty. */
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /** Returns the reason of JSch for refusing the server's certificate, or empty. */
  Optional<String> certificateFailure() {
    return Optional.ofNullable(certificateFailure);
  }

  /** Returns the exception that ended the authentication, or empty. */
  Optional<Throwable> loginFailure() {
    return Optional.ofNullable(loginFailure);
  }

  /** Returns whether an unsupported MAC was negotiated with a cipher that needs one. */
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
    if (message.startsWith(SESSION_ENDS)) {
      failure = explained(cause);
    } else if (message.startsWith(LOGIN_FAILS)) {
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
