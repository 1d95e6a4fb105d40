package dev.mimic.ssh;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Thrown if a command fails: it ended with a status other than zero, by a signal, or without either
 * (RFC 4254, section 6.10). A read throws it instead of returning the end of the output.
 */
public final class SshExitException extends IOException {
  private final OptionalInt status;
  private final Optional<String> signal;

  SshExitException(String message, OptionalInt status, Optional<String> signal) {
    super(message);
    this.status = status;
    this.signal = signal;
  }

  /** Returns the exit status, or empty if the server sent none. */
  public OptionalInt status() {
    return status;
  }

  /** Returns the name of the signal without {@code SIG}, or empty if there was none. */
  public Optional<String> signal() {
    return signal;
  }
}
