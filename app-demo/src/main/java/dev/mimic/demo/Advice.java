package dev.mimic.demo;

import com.google.common.base.Throwables;
import dev.mimic.ssh.SshAuthenticationException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.stream.Stream;

/** What somebody at the command line can do about a failure whose message does not say it. */
final class Advice {
  private Advice() {}

  /** Returns what to put after the message; nothing if there is nothing to say. */
  static String about(Exception failure) {
    return Throwables.getCausalChain(failure).stream()
        .map(Advice::ofCause)
        .filter(each -> !each.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static String ofCause(Throwable cause) {
    return switch (cause) {
      case UnknownHostException unused -> ": is the name right?";
      case ConnectException failed -> aboutAttempts(failed.getSuppressed());
      case SshAuthenticationException unused ->
          ": is it the right user, and the right password or --key?";
      default -> "";
    };
  }

  /** Tells by how the connections to a host's addresses failed; a proxy says itself what is so. */
  private static String aboutAttempts(Throwable[] failures) {
    if (failures.length == 0) {
      return "";
    }
    return Stream.of(failures).allMatch(ConnectException.class::isInstance)
        ? ": is the server running?"
        : ": is the address right, and is this machine's network up?";
  }
}
