package dev.mimic.ssh;

import com.jcraft.jsch.Channel;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The end of a channel.
 *
 * @param status the exit status of the command, if the server sent one
 * @param signal the signal that ended the command, if any
 * @param lost the failure of the connection, if output or status are incomplete because of it
 */
record SshExit(OptionalInt status, Optional<String> signal, Optional<Throwable> lost) {

  /**
   * Returns the end of a channel, which is closed.
   *
   * @param outputEnded whether the server has ended its output. It can send the status before that.
   * @param failure the failure of the connection, if any
   */
  static SshExit of(Channel channel, boolean outputEnded, Optional<Throwable> failure) {
    int status = channel.getExitStatus();
    Optional<String> signal = Optional.ofNullable(channel.getExitSignal());
    boolean isComplete = outputEnded && (status != -1 || signal.isPresent());
    return new SshExit(
        status == -1 ? OptionalInt.empty() : OptionalInt.of(status),
        signal,
        isComplete ? Optional.empty() : failure);
  }

  /** Returns whether the connection was lost before the output and the status were complete. */
  boolean isLost() {
    return lost.isPresent();
  }

  /** Returns whether the command failed, or its status is unknown. */
  boolean isFailure() {
    return signal.isPresent() || status.orElse(1) != 0;
  }

  /** Returns a predicate for messages, such as {@code ended with status 1}. */
  @Override
  public String toString() {
    if (signal.isPresent()) {
      return "was ended by SIG" + signal.get();
    }
    return status.isPresent()
        ? "ended with status " + status.getAsInt()
        : "ended without an exit status";
  }
}
