package dev.mimic.ssh;

import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The algorithms that are offered to a server, and what to do about those that are missing. */
final class SshAlgorithms {
  // The library has these two where Bouncy Castle is on the class path, and leaves them out where
  // it is not. They come last: what the JDK has itself is faster.
  private static final String CHACHA = "chacha20-poly1305@openssh.com";
  private static final List<String> SNTRUP =
      List.of("sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com");

  // The library has no UMAC. It is offered all the same: AES-GCM needs no MAC, but the library
  // insists on agreeing on one, where OpenSSH does not. One that it has is preferred.
  private static final List<String> UMAC =
      List.of(
          "umac-128-etm@openssh.com",
          "umac-64-etm@openssh.com",
          "umac-128@openssh.com",
          "umac-64@openssh.com");

  private static final String BOUNCY_CASTLE =
      "put org.bouncycastle:bcprov-jdk18on on the class path";

  private SshAlgorithms() {}

  /** Makes a session offer all that can be done, host keys that are known first. */
  static void offer(Session session, KnownHost known) {
    for (String direction : List.of("c2s", "s2c")) {
      append(session, "cipher." + direction, List.of(CHACHA));
      append(session, "mac." + direction, UMAC);
    }
    append(session, "kex", SNTRUP);
    session.setConfig("prefer_known_host_key_types", "no"); // it knows no authorities there
    session.setConfig("server_host_key", known.ordered(session.getConfig("server_host_key")));
  }

  private static void append(Session session, String name, List<String> more) {
    String offered = session.getConfig(name);
    Stream<String> missing = more.stream().filter(it -> !words(offered).contains(it));
    session.setConfig(name, String.join(",", Stream.concat(Stream.of(offered), missing).toList()));
  }

  private static List<String> words(String list) {
    return List.of(list.split(",", -1));
  }

  /** Returns whether a log line tells of a cipher that was agreed on with a MAC that is missing. */
  static boolean isUmacAgreed(String line) {
    return line.startsWith("kex: ") && line.contains(" MAC: umac-");
  }

  /** Returns what a server must be made to allow if it has no MAC but UMAC. */
  static String umacMissing() {
    return "it has no MAC but UMAC, which is not supported here: let it allow aes256-gcm@openssh.com"
        + " as a cipher, which needs none, or hmac-sha2-256-etm@openssh.com";
  }

  /** Returns which kind of algorithm is missing, what the server has, and what to do. */
  static String missing(JSchAlgoNegoFailException e) {
    String name = e.getAlgorithmName();
    List<String> server = words(e.getServerProposal());
    List<String> remedies = new ArrayList<>();
    if (server.contains(CHACHA) || server.stream().anyMatch(SNTRUP::contains)) {
      remedies.add(BOUNCY_CASTLE);
    }
    if (server.stream().anyMatch(it -> it.startsWith("mlkem768"))) {
      remedies.add("run Java 24 or later");
    }
    remedies.add("let the server allow one of " + shown(e.getJSchProposal()));
    return "they have no %s in common: it has %s. To connect, %s"
        .formatted(kind(name), shown(e.getServerProposal()), String.join(", or ", remedies));
  }

  private static String kind(String name) {
    return switch (name) {
      case "kex" -> "key exchange";
      case "server_host_key" -> "host key algorithm";
      case "cipher.c2s", "cipher.s2c" -> "cipher";
      case "mac.c2s", "mac.s2c" -> "MAC";
      default -> name;
    };
  }

  /** Returns the names without the signals that are among them (RFC 8308, strict key exchange). */
  private static String shown(String proposal) {
    return String.join(
        ", ",
        words(proposal).stream()
            .filter(it -> !it.startsWith("ext-info-") && !it.startsWith("kex-strict-"))
            .filter(it -> !it.startsWith("umac-") || proposal.startsWith("umac-"))
            .toList());
  }
}
