package dev.mimic.ssh;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A command has failed: it ended with a status that is not zero, or by a signal (RFC 4254, section
 * 6.10). A flow throws it where it would have returned the end of the command's output.
 */
public final class SshExitException extends IOException {
  private final OptionalInt status;
  private final Optional<String> signal;

  SshExitException(String message, OptionalInt status, Optional<String> signal) {
    super(message);
    this.status = status;
    this.signal = signal;
  }

  /** Returns the status, unless it was ended by a signal. */
  public OptionalInt status() {
    return status;
  }

  /** Returns the signal's name without {@code SIG}, if one ended it. */
  public Optional<String> signal() {
    return signal;
  }
}
