package dev.mimic.ssh;

import com.jcraft.jsch.Channel;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a channel ended.
 *
 * @param status of the command, if the server has told
 * @param signal that ended the command
 * @param lost what ended the whole connection, if its output or its status is incomplete for that
 */
record SshEnding(OptionalInt status, Optional<String> signal, Optional<Throwable> lost) {

  /**
   * Returns how this channel ended, which is closed.
   *
   * @param outputEnded whether the server has said that its output is complete: a server may send
   *     the status before
   * @param failure of the connection, if it has failed
   */
  static SshEnding of(Channel channel, boolean outputEnded, Optional<Throwable> failure) {
    int status = channel.getExitStatus();
    Optional<String> signal = Optional.ofNullable(channel.getExitSignal());
    boolean isComplete = outputEnded && (status != -1 || signal.isPresent());
    return new SshEnding(
        status == -1 ? OptionalInt.empty() : OptionalInt.of(status),
        signal,
        isComplete ? Optional.empty() : failure);
  }

  /** Returns whether the connection was lost before the output and the status were complete. */
  boolean isLost() {
    return lost.isPresent();
  }

  /** Returns whether a command has failed, or the server does not say that it has not. */
  boolean isFailure() {
    return signal.isPresent() || status.orElse(1) != 0;
  }

  /** Returns such as {@code ended with status 1}. */
  @Override
  public String toString() {
    if (signal.isPresent()) {
      return "was ended by SIG" + signal.get();
    }
    return status.isPresent()
        ? "ended with status " + status.getAsInt()
        : "ended, and nobody says how";
  }
}
