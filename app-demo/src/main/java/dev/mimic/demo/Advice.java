package dev.mimic.demo;

import com.google.common.base.Throwables;
import com.google.common.collect.ImmutableMap;
import dev.mimic.ssh.SshAuthenticationException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Remedies for failures, in the terms of the command line: options in place of methods and keys.
 */
final class Advice {
  /** Remedies in messages of the libraries, with those of the command in their place. */
  static final ImmutableMap<String, String> REMEDIES =
      ImmutableMap.of(
          "give one as Tls.IDENTITY", "give one by --cert and --key",
          " (Tls.VERSIONS)", "",
          " (Tls.CIPHER_SUITES)", "",
          "if it is yours, trust its certificate;",
              "if it is yours, give its certificate by --ca-cert;",
          "trust it, or let the peer send",
              "give its certificate by --ca-cert, or let the peer send",
          "(GitClient.withReadTimeout)", "(--timeout)",
          "(GitClient.withTotalTimeout)", "(--max-time)",
          "set Address.PASSWORD in the context", "give one by --password-file",
          "set remote.origin.url", "set remote.origin.url by git config");

  private Advice() {}

  /** Returns the message of a failure, with its remedy in terms of the command line. */
  static String inOptions(String message) {
    String text = message;
    for (Map.Entry<String, String> each : REMEDIES.entrySet()) {
      text = text.replace(each.getKey(), each.getValue());
    }
    return text;
  }

  /** Returns a remedy to append to the message, or an empty string. */
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
      case ConnectException failed -> ofAttempts(failed.getSuppressed());
      case SshAuthenticationException unused ->
          ": is it the right user, and the right password or --key?";
      default -> "";
    };
  }

  /** Returns the remedy for failed attempts at the addresses of a host. A proxy has none. */
  private static String ofAttempts(Throwable[] failures) {
    if (failures.length == 0) {
      return "";
    }
    return Stream.of(failures).allMatch(ConnectException.class::isInstance)
        ? ": is the server running?"
        : ": is the address right, and is this machine's network up?";
  }
}
