package dev.mimic.ssh;

import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The algorithms to offer to a server, and messages about missing ones. */
final class SshAlgorithms {
  // JSch supports these two only if Bouncy Castle is on the class path. They come last, since the
  // algorithms of the JDK are faster.
  private static final String CHACHA = "chacha20-poly1305@openssh.com";
  private static final List<String> SNTRUP =
      List.of("sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com");

  // JSch does not support UMAC. It is offered nevertheless: AES-GCM needs no MAC, but JSch requires
  // that a MAC is negotiated, unlike OpenSSH. Supported MACs are preferred.
  private static final List<String> UMAC =
      List.of(
          "umac-128-etm@openssh.com",
          "umac-64-etm@openssh.com",
          "umac-128@openssh.com",
          "umac-64@openssh.com");

  private static final String BOUNCY_CASTLE =
      "add org.bouncycastle:bcprov-jdk18on to the class path";

  private SshAlgorithms() {}

  /** Configures a session to offer all supported algorithms, those of known host keys first. */
  static void offer(Session session, KnownHostKeys known) {
    for (String direction : List.of("c2s", "s2c")) {
      append(session, "cipher." + direction, List.of(CHACHA));
      append(session, "mac." + direction, UMAC);
    }
    append(session, "kex", SNTRUP);
    session.setConfig("prefer_known_host_key_types", "no"); // JSch ignores authorities here
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

  /** Returns whether a log line reports a negotiated cipher with a UMAC. */
  static boolean isUmacAgreed(String line) {
    return line.startsWith("kex: ") && line.contains(" MAC: umac-");
  }

  /** Returns a message about a server that supports no MAC other than UMAC. */
  static String umacMissing() {
    return "the server supports no MAC except UMAC, which is not supported here: make it allow"
        + " the cipher aes256-gcm@openssh.com, which needs no MAC, or the MAC"
        + " hmac-sha2-256-etm@openssh.com";
  }

  /** Returns a message with the kind of the missing algorithm, those of the server and remedies. */
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
    remedies.add("make the server allow one of " + withoutSignals(e.getJSchProposal()));
    return "there is no common %s: the server supports %s. To connect, %s"
        .formatted(
            kind(name), withoutSignals(e.getServerProposal()), String.join(", or ", remedies));
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

  /** Returns a list of names without signals (RFC 8308, strict key exchange) and trailing UMACs. */
  private static String withoutSignals(String proposal) {
    return String.join(
        ", ",
        words(proposal).stream()
            .filter(it -> !it.startsWith("ext-info-") && !it.startsWith("kex-strict-"))
            .filter(it -> !it.startsWith("umac-") || proposal.startsWith("umac-"))
            .toList());
  }
}
