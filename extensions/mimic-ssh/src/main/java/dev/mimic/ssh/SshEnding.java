package dev.mimic.ssh;

import com.jcraft.jsch.Channel;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a channel ended.
 *
 * @param status of the command, if the server has told
 * @param signal that ended the command
 * @param lost what ended the whole connection, if that is why
 */
record SshEnding(OptionalInt status, Optional<String> signal, Optional<Throwable> lost) {

  static SshEnding of(Channel channel, Optional<Throwable> lost) {
    int status = channel.getExitStatus();
    return new SshEnding(
        status == -1 ? OptionalInt.empty() : OptionalInt.of(status),
        Optional.ofNullable(channel.getExitSignal()),
        lost);
  }

  /** Returns whether the connection was lost before the command was done. */
  boolean isLost() {
    return lost.isPresent() && status.isEmpty() && signal.isEmpty();
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
