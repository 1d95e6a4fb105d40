package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.peers.Programs;
import dev.mimic.peers.Sshd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A comparison of the verdicts on {@code known_hosts} files with those of OpenSSH's {@code ssh}.
 * Both connect to the same servers. An accepted host is recognized by its refusal of the login.
 */
@Timeout(value = 300, threadMode = SEPARATE_THREAD)
@TestInstance(PER_CLASS)
final class KnownHostsTableTest {
  private static final String NAME = "h.example";

  private final SshPeer peer = SshPeer.openSsh();
  private final Map<Server, Sshd> servers = new EnumMap<>(Server.class);
  private Path folder;
  private String ed;
  private String rsa;
  private String authority;
  private String other;

  /** A server, with the options for the certificate of its Ed25519 key. Its RSA key has none. */
  private enum Server {
    PLAIN(""),
    CERTIFIED("-n h.example,i.example"),
    EXPIRED("-n h.example -V 20200101:20200102"),
    EARLY("-n h.example -V 20980101:20990101"),
    ELSEWHERE("-n other.example"),
    WILD("-n *.example"),
    UPPER("-n H.example"),
    CRITICAL("-n h.example -O critical:force@mimic.example=x"),
    NAMELESS("-V always:forever");

    private final String options;

    Server(String options) {
      this.options = options;
    }
  }

  private enum Verdict {
    ACCEPTED,
    REFUSED
  }

  /** A file and a host to look up in it. */
  private record Row(String name, Server server, String host, int port, String file) {}

  @BeforeAll
  void start(@TempDir Path temporary) throws IOException {
    folder = temporary;
    Sshd.key(folder, "authority", "-t", "ed25519");
    Sshd.key(folder, "other", "-t", "ed25519");
    authority = publicKey("authority");
    other = publicKey("other");
    Sshd.key(folder, "host_ed25519", "-t", "ed25519");
    Sshd.key(folder, "host_rsa", "-t", "rsa", "-b", "2048");
    ed = publicKey("host_ed25519");
    rsa = publicKey("host_rsa");
    for (Server server : Server.values()) {
      servers.put(server, start(server));
    }
  }

  private Sshd start(Server server) throws IOException {
    Path own = Files.createDirectories(folder.resolve(server.name()));
    for (String file : List.of("host_ed25519", "host_rsa")) {
      Files.copy(folder.resolve(file), own.resolve(file));
      Files.copy(folder.resolve(file + ".pub"), own.resolve(file + ".pub"));
    }
    if (server.options.isEmpty()) {
      return Sshd.start(own);
    }
    String sign = "-q -s ../authority -I it -h " + server.options + " host_ed25519.pub";
    Programs.run(own, "ssh-keygen", sign.split(" "));
    return Sshd.start(own, "HostCertificate " + own.resolve("host_ed25519-cert.pub"));
  }

  @AfterAll
  void stop() throws IOException {
    for (Sshd server : servers.values()) {
      server.close();
    }
  }

  private String publicKey(String name) throws IOException {
    String[] words = Files.readString(folder.resolve(name + ".pub")).split(" ", -1);
    return words[0] + " " + words[1].strip();
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    plain(rows);
    damaged(rows);
    hashedAndPorts(rows);
    marked(rows);
    certified(rows);
    return rows;
  }

  private static void add(List<Row> rows, String name, String file) {
    rows.add(new Row(name, Server.PLAIN, NAME, 22, file));
  }

  private static void add(List<Row> rows, String name, int port, String file) {
    rows.add(new Row(name, Server.PLAIN, NAME, port, file));
  }

  private static void add(List<Row> rows, String name, Server server, String file) {
    rows.add(new Row(name, server, NAME, 22, file));
  }

  private void plain(List<Row> rows) {
    add(rows, "empty", "");
    add(rows, "name", "h.example " + ed + "\n");
    add(rows, "no newline at the end", "h.example " + ed);
    add(rows, "another name", "i.example " + ed + "\n");
    add(rows, "another key", "h.example " + other + "\n");
    add(rows, "another key first", "h.example " + other + "\nh.example " + ed + "\n");
    add(rows, "another key last", "h.example " + ed + "\nh.example " + other + "\n");
    add(rows, "RSA key alone", "h.example " + rsa + "\n");
    add(rows, "RSA key, another Ed25519", "h.example " + rsa + "\nh.example " + other + "\n");
    add(rows, "RSA and Ed25519 keys", "h.example " + rsa + "\nh.example " + ed + "\n");
    add(rows, "several names", "a,h.example,b " + ed + "\n");
    add(rows, "star", "* " + ed + "\n");
    add(rows, "star and suffix", "*.example " + ed + "\n");
    add(rows, "prefix and star", "h.* " + ed + "\n");
    add(rows, "two stars", "*.*mp*e " + ed + "\n");
    add(rows, "question mark", "?.example " + ed + "\n");
    add(rows, "two question marks", "??.example " + ed + "\n");
    add(rows, "question mark at the end", "h.exampl? " + ed + "\n");
    add(rows, "negation after a match", "*,!h.example " + ed + "\n");
    add(rows, "negation before a match", "!h.example,* " + ed + "\n");
    add(rows, "negation of another", "*,!i.example " + ed + "\n");
    add(rows, "negation alone", "!i.example " + ed + "\n");
    add(rows, "negated pattern", "h.example,!*.example " + ed + "\n");
    add(rows, "negation, then a line", "!h.example,* " + other + "\nh.example " + ed + "\n");
    add(rows, "name in upper case", "H.EXAMPLE " + ed + "\n");
    add(rows, "pattern in upper case", "*.EXAMPLE " + ed + "\n");
    rows.add(
        new Row("host in upper case", Server.PLAIN, "H.Example", 22, "h.example " + ed + "\n"));
    add(rows, "carriage returns", "# c\r\n\r\nh.example " + ed + "\r\n");
    add(rows, "carriage return after comment", "h.example " + ed + " me@here\r\n");
    add(rows, "comment after the key", "h.example " + ed + " somebody at home\n");
    add(rows, "comments and blank lines", "# h.example " + other + "\n\n \t\nh.example " + ed);
    add(rows, "comment alone", "#h.example " + ed + "\n");
    add(rows, "tabs", "h.example\t" + ed.replace(' ', '\t') + "\n");
    add(rows, "blanks before", " \t h.example   " + ed.replace(" ", "  ") + "  \n");
    add(rows, "empty pattern", "h.example, " + ed + "\n");
    add(rows, "dot is no wildcard", "hxexample " + ed + "\n");
    add(rows, "regular expression", "h[.]example " + ed + "\n");
  }

  private void damaged(List<Row> rows) {
    String good = "h.example " + ed + "\n";
    add(rows, "damaged base64", "h.example " + ed.replace("AAAA", "AA*A") + "\n");
    add(rows, "cut key", "h.example " + ed.substring(0, ed.length() - 4) + "\n");
    add(rows, "cut base64", "h.example " + ed.substring(0, ed.length() - 1) + "\n");
    add(rows, "key of another type", "h.example ssh-rsa " + ed.split(" ", 2)[1] + "\n");
    add(rows, "unknown type", "h.example ssh-nonsense " + ed.split(" ", 2)[1] + "\n");
    add(rows, "no key", "h.example\n");
    add(rows, "type without a key", "h.example ssh-ed25519\n");
    add(rows, "comment in place of the key", "h.example # ssh-ed25519\n");
    add(rows, "damaged, then good", "h.example ssh-ed25519 nonsense\n" + good);
    add(rows, "good, then damaged", good + "h.example ssh-ed25519 nonsense\n");
    add(rows, "damaged hash, then good", "|1|nonsense " + other + "\n" + good);
    add(rows, "short salt, then good", "|1|AAAA|BBBB " + other + "\n" + good);
    add(rows, "unknown hash, then good", "|2|AAAA|BBBB " + other + "\n" + good);
    add(rows, "unknown marker", "@trusted h.example " + ed + "\n");
    add(rows, "unknown marker, then good", "@trusted h.example " + other + "\n" + good);
    add(rows, "marker in upper case", "@REVOKED h.example " + ed + "\n" + good);
    add(rows, "two markers", "@revoked @cert-authority * " + ed + "\n" + good);
    add(rows, "NUL after the key", "h.example " + ed + "\0junk\n");
  }

  private void hashedAndPorts(List<Row> rows) {
    add(rows, "hashed name", hash("h.example") + " " + ed + "\n");
    add(rows, "hashed other name", hash("i.example") + " " + ed + "\n");
    add(rows, "hashed name in upper case", hash("H.example") + " " + ed + "\n");
    add(rows, "hashed name, another key", hash("h.example") + " " + other + "\n");
    add(rows, "hashed name, revoked", "@revoked " + hash("h.example") + " " + ed + "\n* " + ed);
    add(rows, "hash in a list", "i.example," + hash("h.example") + " " + ed + "\n");
    add(rows, "port 2222", 2222, "[h.example]:2222 " + ed + "\n");
    add(rows, "port 2222 of another", 2222, "[h.example]:2223 " + ed + "\n");
    add(rows, "port 22 in brackets", "[h.example]:22 " + ed + "\n");
    add(rows, "any port", 2222, "[h.example]:* " + ed + "\n");
    add(rows, "any host at the port", 2222, "[*]:2222 " + ed + "\n");
    add(rows, "hashed with its port", 2222, hash("[h.example]:2222") + " " + ed + "\n");
    add(rows, "name without the port", 2222, "h.example " + ed + "\n");
    add(rows, "hashed without the port", 2222, hash("h.example") + " " + ed + "\n");
    add(
        rows,
        "another key at the port",
        2222,
        "[h.example]:2222 " + other + "\nh.example " + ed + "\n");
    add(
        rows,
        "another key without the port",
        2222,
        "[h.example]:2222 " + ed + "\nh.example " + other + "\n");
    add(rows, "RSA key without the port", 2222, "h.example " + rsa + "\n");
    add(rows, "RSA key at the port", 2222, "[h.example]:2222 " + rsa + "\n");
    rows.add(new Row("IPv6", Server.PLAIN, "::1", 22, "::1 " + ed + "\n"));
    rows.add(new Row("IPv6 at a port", Server.PLAIN, "::1", 2222, "[::1]:2222 " + ed + "\n"));
    rows.add(new Row("IPv4 by a pattern", Server.PLAIN, "192.0.2.7", 22, "192.0.2.* " + ed));
  }

  private void marked(List<Row> rows) {
    String good = "h.example " + ed + "\n";
    add(rows, "revoked before", "@revoked h.example " + ed + "\n" + good);
    add(rows, "revoked after", good + "@revoked h.example " + ed + "\n");
    add(rows, "revoked for every host", good + "@revoked * " + ed + "\n");
    add(rows, "revoked by a pattern", good + "@revoked *.example " + ed + "\n");
    add(rows, "revoked by a question mark", good + "@revoked ?.example " + ed + "\n");
    add(rows, "revoked but not here", good + "@revoked *,!h.example " + ed + "\n");
    add(rows, "revoked for another host", good + "@revoked i.example " + ed + "\n");
    add(rows, "another key revoked", good + "@revoked * " + other + "\n");
    add(rows, "revoked alone", "@revoked * " + ed + "\n");
    add(rows, "revoked in upper case", good + "@revoked H.EXAMPLE " + ed + "\n");
    add(rows, "RSA known, Ed25519 revoked", "* " + rsa + "\n@revoked * " + ed + "\n");
    add(rows, "revoked at every port", 2222, good + "@revoked * " + ed + "\n");
    add(rows, "key as an authority", "@cert-authority * " + ed + "\n");
    add(rows, "authority of no certificate", "@cert-authority * " + authority + "\n");
    add(rows, "authority, and RSA key", "@cert-authority * " + authority + "\n* " + rsa + "\n");
  }

  private void certified(List<Row> rows) {
    String trusted = "@cert-authority * " + authority + "\n";
    String key = "h.example " + ed + "\n";
    Server certified = Server.CERTIFIED;
    add(rows, "authority", certified, trusted);
    add(rows, "authority by a pattern", certified, "@cert-authority *.example " + authority + "\n");
    add(rows, "authority but not here", certified, "@cert-authority *,!h.example " + authority);
    add(rows, "authority, negation first", certified, "@cert-authority !h.example,* " + authority);
    add(rows, "authority of others", certified, "@cert-authority i.example " + authority + "\n");
    add(rows, "authority by a hash", certified, "@cert-authority " + hash(NAME) + " " + authority);
    add(rows, "another authority", certified, "@cert-authority * " + other + "\n");
    add(rows, "authority as a key", certified, "h.example " + authority + "\n");
    add(rows, "certified key, known", certified, key);
    add(rows, "certified key, revoked", certified, trusted + "@revoked * " + ed + "\n");
    add(rows, "authority revoked", certified, trusted + "@revoked * " + authority + "\n");
    add(rows, "authority revoked, key known", certified, key + "@revoked * " + authority + "\n");
    add(rows, "authority revoked elsewhere", certified, trusted + "@revoked i.* " + authority);
    add(rows, "authority, RSA key known", certified, trusted + "h.example " + rsa + "\n");
    add(rows, "RSA key of a certified host", certified, "h.example " + rsa + "\n");
    rows.add(new Row("second principal", certified, "i.example", 22, trusted));
    rows.add(new Row("authority at a port", certified, NAME, 2222, trusted));
    rows.add(
        new Row(
            "authority without the port",
            certified,
            NAME,
            2222,
            "@cert-authority h.example " + authority + "\n"));
    rows.add(
        new Row(
            "authority of the port alone",
            certified,
            NAME,
            2222,
            "@cert-authority [h.example]:2222 " + authority + "\n"));
    for (Server faulty :
        List.of(Server.EXPIRED, Server.EARLY, Server.ELSEWHERE, Server.UPPER, Server.CRITICAL)) {
      add(rows, "certificate " + faulty, faulty, trusted);
      add(rows, "certificate " + faulty + ", key known", faulty, trusted + key);
    }
  }

  /** Returns the name hashed as {@code ssh-keygen -H} does. */
  private static String hash(String name) {
    byte[] salt = new byte[20];
    new Random(name.hashCode()).nextBytes(salt);
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(salt, "HmacSHA1"));
      Base64.Encoder base64 = Base64.getEncoder();
      return "|1|%s|%s"
          .formatted(
              base64.encodeToString(salt),
              base64.encodeToString(mac.doFinal(name.getBytes(UTF_8))));
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Verdict openSsh(Row row) throws Exception {
    Path file = Files.writeString(folder.resolve("known"), row.file());
    Path configuration = folder.resolve(row.server().name()).resolve("sshd_config");
    List<String> command =
        new ArrayList<>(List.of(Programs.find("ssh"), "-F", "/dev/null", "-p", "" + row.port()));
    for (String option :
        List.of(
            "ProxyCommand=%s -i -f %s".formatted(Programs.find("sshd"), configuration),
            "StrictHostKeyChecking=yes",
            "UserKnownHostsFile=" + file,
            "GlobalKnownHostsFile=/dev/null",
            "BatchMode=yes",
            "PreferredAuthentications=none")) {
      command.addAll(List.of("-o", option));
    }
    command.addAll(List.of(row.host(), "true"));
    Path output = folder.resolve("output");
    Process ssh =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      ssh.getOutputStream().close();
      assertThat(ssh.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      ssh.destroyForcibly();
    }
    String messages = Files.readString(output);
    if (messages.contains("Permission denied (")) {
      return Verdict.ACCEPTED;
    }
    assertWithMessage(row.name()).that(messages).contains("Host key verification failed");
    return Verdict.REFUSED;
  }

  private Verdict mimic(Row row) throws IOException {
    IOException failure =
        assertThrows(IOException.class, () -> connect(row, SshKnownHosts.of(row.file())));
    if (failure instanceof SshAuthenticationException) {
      return Verdict.ACCEPTED;
    }
    assertWithMessage(row.name()).that(failure).isInstanceOf(SshHostKeyException.class);
    return Verdict.REFUSED;
  }

  private void connect(Row row, SshKnownHosts known) throws IOException {
    SshClient client = SshClient.builder().knownHosts(known).keys(List.of()).build();
    HostPort at = new HostPort("127.0.0.1", requireNonNull(servers.get(row.server())).port());
    SshSession.over(
            peer.connect(at),
            new HostPort(row.host(), row.port()),
            "nobody-here",
            client,
            SshPeer.deadline())
        .close();
  }

  @Test
  void verdicts_ofEveryFile_equalThoseOfOpenSsh() throws Exception {
    List<Row> rows = rows();
    List<String> differences = new ArrayList<>();
    StringBuilder table = new StringBuilder("known_hosts: OpenSSH | Mimic | the file\n");
    for (Row row : rows) {
      Verdict openSsh = openSsh(row);
      Verdict mimic = mimic(row);
      String line = "%-8s | %-8s | %s".formatted(openSsh, mimic, row.name());
      table.append(line).append('\n');
      if (openSsh != mimic) {
        differences.add(line);
      }
    }
    System.out.println(table + "%d files".formatted(rows.size()));
    assertThat(differences).isEmpty();
    assertThat(rows.size()).isAtLeast(60);
  }

  /** Tests files that OpenSSH 9.2 or a later version accepts. */
  @Test
  void verdicts_whereVersionsOfOpenSshDiffer_areStrict() throws Exception {
    String trusted = "@cert-authority * " + authority + "\n";
    String revoked = "[h.example]:2222 %s\n@revoked h.example %s\n".formatted(ed, ed);
    List<Row> rows =
        List.of(
            new Row("revoked without the port", Server.PLAIN, NAME, 2222, revoked),
            new Row(
                "tab after the marker",
                Server.PLAIN,
                NAME,
                22,
                "@revoked\t* %s\n* %s\n".formatted(ed, ed)),
            new Row("certificate of no names", Server.NAMELESS, NAME, 22, trusted),
            new Row("certificate of a pattern", Server.WILD, NAME, 22, trusted));
    for (Row row : rows) {
      Verdict mimic = mimic(row);
      System.out.printf("%-8s | %-8s | %s%n", openSsh(row), mimic, row.name());
      assertWithMessage(row.name()).that(mimic).isEqualTo(Verdict.REFUSED);
    }
  }

  private String refusal(Server server, String file) {
    Row row = new Row("", server, NAME, 22, file);
    return String.valueOf(
        assertThrows(SshHostKeyException.class, () -> connect(row, SshKnownHosts.of(file)))
            .getMessage());
  }

  @Test
  void certificate_refused_reportsTheReason() {
    String trusted = "@cert-authority * " + authority + "\n";
    String certificate = "the certificate \"it\" of h.example:22 ";
    assertThat(refusal(Server.EXPIRED, trusted)).startsWith(certificate + "expired at 2020-01-0");
    assertThat(refusal(Server.EARLY, trusted)).startsWith(certificate + "is not valid before 209");
    assertThat(refusal(Server.ELSEWHERE, trusted))
        .startsWith(certificate + "is for other.example, not for h.example");
    assertThat(refusal(Server.NAMELESS, trusted)).startsWith(certificate + "names no host");
    assertThat(refusal(Server.CRITICAL, trusted))
        .startsWith(certificate + "has unknown critical options: force@mimic.example");
    assertThat(refusal(Server.CERTIFIED, ""))
        .startsWith(certificate + "is from an unknown authority");
  }

  @Test
  void hostKey_revoked_namesTheLine() {
    String key = "* " + ed + "\n";
    assertThat(refusal(Server.PLAIN, "# c\n@revoked * " + ed + "\n" + key))
        .contains("is revoked: see line 2 of");
    assertThat(
            refusal(
                Server.CERTIFIED, "@cert-authority * %s\n@revoked * %s".formatted(authority, ed)))
        .contains("is revoked: see line 2 of");
    assertThat(refusal(Server.CERTIFIED, key + "@revoked * " + authority))
        .contains("is revoked: see line 2 of");
  }

  @Test
  void hostKey_revokedAfterLongBanner_isReported() throws Exception {
    HostPort at = new HostPort("127.0.0.1", requireNonNull(servers.get(Server.PLAIN)).port());
    byte[] greeting = "Welcome to the machine.\r\n".repeat(4000).getBytes(UTF_8);
    try (FlowServer greeter =
        peer.serve(
            flow -> {
              try (Flow server = peer.connect(at)) {
                flow.write(ByteBuffer.wrap(greeting));
                Thread up =
                    Thread.startVirtualThread(
                        () -> {
                          try {
                            long unused = flow.inputStream().transferTo(server.outputStream());
                            server.shutdownOutput();
                          } catch (IOException e) {
                            // The client has refused the key and disconnected.
                          }
                        });
                long unused = server.inputStream().transferTo(flow.outputStream());
                up.join();
              }
            })) {
      SshClient client =
          SshClient.builder().knownHosts(SshKnownHosts.of("@revoked * " + ed)).build();
      SshHostKeyException e =
          assertThrows(
              SshHostKeyException.class,
              () ->
                  SshSession.open(
                          peer.network(), SshPeer.at(greeter), "me", client, SshPeer.deadline())
                      .close());
      assertThat(e).hasMessageThat().contains("is revoked: see line 1 of");
    }
  }

  @Test
  void line_malformed_isNamedIfNoKeyMatches() {
    String message = refusal(Server.PLAIN, "\nh.example ssh-ed25519 AAAA\n|1|x y z\ni.example q\n");
    assertThat(message).contains("the host key of h.example:22 is not known");
    assertThat(message)
        .endsWith(
            "(of the given hosts, line 2 is malformed: the key is truncated;"
                + " line 3 is malformed: its hashed name is not of the form |1|SALT|HASH)");
  }
}
