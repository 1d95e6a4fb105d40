package dev.mimic.git;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.google.inject.Guice;
import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.http.HttpModule;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.peers.Programs;
import dev.mimic.ssh.SshModule;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.eclipse.jgit.lib.Config;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Addresses, compared with {@code git}. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class GitAddressTest {
  private static final List<String> BY_SSH =
      List.of(
          "host:rel.git",
          "user@host:rel.git",
          "[::1]:rel.git",
          "u@[::1]:rel.git",
          "u@[::1]:22:rel.git",
          "[u@::1]:rel.git",
          "[u@host:2222]:rel.git",
          "[host:2222]:rel.git",
          "[host]:port",
          "[host]:22:p",
          "[::1%lo]:p",
          "host:x@y:rel.git",
          "host:22/p",
          "host:/abs",
          "host:/~/x",
          "host:~u/x",
          "host:p?q#r",
          "host:100%25",
          "host:it's",
          "host:p:q",
          "a@b@host:p",
          "c:/x",
          "ssh:host/p",
          "http:x",
          "ssh://host/p",
          "ssh://user@host/p",
          "ssh://host:2222/p",
          "ssh://host:/p",
          "ssh://host/~/x",
          "ssh://host/~u/x",
          "ssh://host//p",
          "ssh://host/",
          "ssh://host/p?q#r",
          "ssh://host/100%",
          "ssh://host/a%00b",
          "ssh://host/-p",
          "ssh://host/%2e%2e/p",
          "ssh://u%40x@host/p%20q%3Fz",
          "ssh://[::1]/p",
          "ssh://u@[::1]:2222/p",
          "git+ssh://host/p",
          "ssh+git://user@host:2222/p");

  /** Addresses that git accepts, although no host has such a name or the path is unsafe. */
  private static final List<String> REFUSED =
      List.of(
          "ssh://h?x/p",
          "ssh://h%2Fx/p",
          "ssh://host:22x/p",
          "ssh://host:99999/p",
          "ssh://host",
          "ssh://host\\x/p",
          "ssh:///p",
          "ssh://-h/p",
          "ssh://a@b@host/p",
          "ssh://[u@::1]/p",
          "u@-h:p",
          "host:-p",
          "ho st:p",
          "[host:p",
          "foo]:p",
          ":p",
          "[::1]",
          "ext::sh -c x",
          "host::p",
          "git://host",
          "git:///p",
          "http://h/p#x",
          "http://",
          "");

  @TempDir private Path folder;
  private Path bare;
  private Path asked;
  private Path script;

  GitAddressTest() {}

  @BeforeEach
  void open() throws IOException {
    bare = History.bare(folder, "r.git", 1);
    asked = folder.resolve("asked");
    script =
        executable(
            "ssh", "printf '%s\\n' \"$@\" >'" + asked + "'", "exec git-upload-pack '" + bare + "'");
  }

  private Path executable(String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n", UTF_8);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  /** Clones with git and a script as its SSH. Returns the configured address. */
  private String configuredByGit(Path in, String address) throws IOException {
    String clone = folder.resolve("gits").toString();
    String byGit =
        Programs.run(
            in,
            "sh",
            "-c",
            "git -c core.sshCommand='%s' -c ssh.variant=ssh clone -q -- \"$1\" \"$2\" 2>&1"
                    .formatted(script)
                + " && git -C \"$2\" config remote.origin.url; rm -rf \"$2\"",
            "sh",
            address,
            clone);
    return byGit.strip();
  }

  @Test
  void address_ssh_agreesWithGit() throws Exception {
    for (String address : BY_SSH) {
      String byGit = configuredByGit(folder, address);
      List<String> gits = Files.readAllLines(asked, UTF_8);
      GitAddress ours = GitAddress.parse(address);

      assertWithMessage(address).that(ours.configUrl()).isEqualTo(byGit);
      assertWithMessage(address).that(arguments(ours)).isEqualTo(gits);
      assertWithMessage(address).that(connected(address)).isEqualTo(hostPort(ours, 22));
      assertWithMessage(address).that(inConfiguration(address)).isEqualTo(arguments(ours));
      Files.delete(asked);
    }
  }

  /** Returns the arguments that git passes to ssh for an address. */
  private static List<String> arguments(GitAddress at) {
    List<String> arguments = new ArrayList<>(List.of("-o", "SendEnv=GIT_PROTOCOL"));
    if (at.server().port() >= 0) {
      arguments.addAll(List.of("-p", "" + at.server().port()));
    }
    arguments.add(at.server().user().map(user -> user + "@").orElse("") + at.server().host());
    arguments.add(at.command("git-upload-pack"));
    return arguments;
  }

  private static HostPort hostPort(GitAddress at, int otherwise) {
    int port = at.server().port();
    return new HostPort(at.server().host(), port < 0 ? otherwise : port);
  }

  private static List<String> inConfiguration(String address) throws IOException {
    Config config = new Config();
    config.setString("remote", "origin", "url", address);
    return arguments(RemoteAddresses.forFetch(config, "origin").getFirst());
  }

  /** Returns the destination to which a client connects for an address. */
  private HostPort connected(String address) {
    List<HostPort> connected = new ArrayList<>();
    MimicResolver resolver =
        Guice.createInjector(
                new InMemoryModule(InMemoryNetwork.create()),
                new GitModule(),
                new HttpModule(),
                new SshModule())
            .getInstance(MimicResolver.class);
    Network.Hop recording = lower -> new Recording(connected);
    GitClient client =
        GitClient.of(resolver).withContext(Context.empty().with(Network.HOPS, List.of(recording)));
    IOException e =
        assertThrows(
            IOException.class, () -> client.clone(address, folder.resolve("ours")), address);
    assertWithMessage("%s: %s", address, e).that(connected).isNotEmpty();
    return connected.getFirst();
  }

  /** A network that records destinations and refuses all connections. */
  private record Recording(List<HostPort> connected) implements Network {
    @Override
    public Flow connect(HostPort to, Deadline deadline) throws IOException {
      connected.add(to);
      throw new ConnectException("connection refused");
    }

    @Override
    public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
      throw new IOException("nothing listens here");
    }

    @Override
    public String describe(HostPort to) {
      return "unreachable";
    }
  }

  @Test
  void address_gitScheme_agreesWithGit() throws Exception {
    Path proxy =
        executable(
            "proxy",
            "n=$(head -c 4)",
            "{ printf '%s %s ' \"$@\"; head -c $((0x$n - 4)) | tr '\\0' '|'; } >'" + asked + "'",
            "exit 1");
    for (String address :
        List.of(
            "git://host/p",
            "git://host:1234/p",
            "git://host:/p",
            "git://[::1]/p",
            "git://[::1]:99/p",
            "git://host/~u/p",
            "git://host/p%20q?x",
            "git://HOST//p")) {
      String unused =
          Programs.run(
              folder,
              "sh",
              "-c",
              "git -c core.gitProxy='%s' clone -q \"$1\" gits 2>/dev/null; true".formatted(proxy),
              "sh",
              address);
      GitAddress ours = GitAddress.parse(address);
      HostPort to = hostPort(ours, 9418);
      String line = ours.requestLine("git-upload-pack").replace('\0', '|');

      assertWithMessage(address)
          .that("%s %s %s".formatted(to.host(), to.port(), line))
          .isEqualTo(Files.readString(asked, UTF_8).replace("host=host:|", "host=host|"));
      assertWithMessage(address).that(connected(address)).isEqualTo(to);
      assertThat(ours.configUrl()).isEqualTo(address);
    }
  }

  @Test
  void address_http_isTheSameForAllParsers() throws Exception {
    for (String address :
        List.of(
            "http://host/r.git",
            "http://host:8080/a%20b/r.git",
            "https://[::1]:8443/r.git",
            "http://u:p%40w@host/r.git",
            "http://token@host/r.git",
            "http://token:@host/r.git",
            "http://host/r.git?token=secret",
            "http://host",
            "http://host/100%")) {
      GitAddress ours = GitAddress.parse(address);

      assertWithMessage(address)
          .that(connected(address))
          .isEqualTo(hostPort(ours, address.startsWith("https") ? 443 : 80));
      assertWithMessage(address).that(ours.configUrl()).isEqualTo(address.replace(":p%40w@", "@"));
    }
  }

  @Test
  void address_local_agreesWithGit() throws Exception {
    Path here = Path.of("").toAbsolutePath();
    Path colon = History.bare(folder, "a:b", 1);
    for (String address :
        List.of(
            here.relativize(bare).toString(),
            here.relativize(bare) + "/",
            bare.toString(),
            bare.getParent() + "//r.git",
            bare.getParent() + "/./r",
            colon.toString(),
            here.relativize(colon).toString(),
            "file://" + bare,
            "file://localhost" + bare,
            "file://other.example" + bare,
            ("file://" + bare).replace("r.git", "r%2egit"))) {
      Path clone = folder.resolve("ours");
      String byGit = configuredByGit(here, address);

      GitClient.of(resolver()).clone(address, clone).close();

      assertWithMessage(address)
          .that(History.git(clone, "config", "remote.origin.url").strip())
          .isEqualTo(byGit);
      assertThat(History.head(clone)).isEqualTo(History.head(bare));
      String unused = Programs.run(folder, "rm", "-rf", clone.toString());
    }
  }

  private static MimicResolver resolver() {
    return Guice.createInjector(new InMemoryModule(InMemoryNetwork.create()), new GitModule())
        .getInstance(MimicResolver.class);
  }

  @Test
  void address_insteadOf_isRewrittenAsByGit() throws Exception {
    Path clone = Files.createDirectory(folder.resolve("clone"));
    String unused = History.git(clone, "init", "-q");
    for (String[] each :
        List.of(
            new String[] {"remote.origin.url", "hub:x@y/r"},
            new String[] {"url.[u@host:2222]:.insteadOf", "hub:"},
            new String[] {"url.ssh://longer/.insteadOf", "hub:x"},
            new String[] {"url.git://never/.insteadOf", "y"},
            new String[] {"url.host.example:.pushInsteadOf", "hub:x@"})) {
      unused = History.git(clone, "config", each[0], each[1]);
    }
    for (String pushUrl : List.of("", "hub:two", "hub:x@three")) {
      if (!pushUrl.isEmpty()) {
        unused = History.git(clone, "config", "--add", "remote.origin.pushurl", pushUrl);
      }
      Config config = new Config();
      config.fromText(Files.readString(clone.resolve(".git/config"), UTF_8));

      assertThat(configUrls(RemoteAddresses.forFetch(config, "origin")))
          .isEqualTo(History.git(clone, "remote", "get-url", "origin"));
      assertThat(configUrls(RemoteAddresses.forPush(config, "origin")))
          .isEqualTo(History.git(clone, "remote", "get-url", "--push", "--all", "origin"));
    }
  }

  private static String configUrls(List<GitAddress> addresses) {
    StringBuilder lines = new StringBuilder();
    addresses.forEach(each -> lines.append(each.configUrl()).append('\n'));
    return lines.toString();
  }

  @Test
  void address_invalidHost_isRefused() {
    for (String address : REFUSED) {
      assertThrows(GitException.class, () -> GitAddress.parse(address), address);
    }
  }

  @Test
  void secret_anyForm_isNotShown() throws Exception {
    for (String address :
        List.of(
            "http://alice:s3cret@host/r.git",
            "http://alice%3As3cret@host/r.git",
            "http://s3cret@host/r.git",
            "http://s3cret:@host/r.git",
            "http://:s3cret@host/r.git",
            "http://host/r.git?token=s3cret",
            "http://host/r.git?s3cret",
            "http://host?a=b&token=s3cret&c",
            "ssh://alice:s3cret@host/p",
            "ssh://alice%3as3cret@host/p",
            "ssh://host/p?token=s3cret",
            "git://host/p?token=s3cret",
            "alice:s3cret@host:p")) {
      GitAddress at = GitAddress.parse(address);
      assertWithMessage(address).that(at.toString()).doesNotContain("s3cret");
      assertWithMessage(address).that(at.uri().toPrivateString()).doesNotContain("s3cret");
    }
    assertThat(GitAddress.parse("http://alice%3As3cret@host/r").configUrl())
        .isEqualTo("http://alice@host/r");
    assertThat(GitAddress.parse("http://h/r?token=s3cret").scrub("no s3cret")).isEqualTo("no ***");
  }

  @Test
  void password_randomCharacters_isNotShown() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String odd = "/?#@:[]%3A&=\\ .a1";
    for (int i = 0; i < 30_000; i++) {
      StringBuilder around = new StringBuilder();
      for (int j = random.nextInt(4); j >= 0; j--) {
        around.append(odd.charAt(random.nextInt(odd.length())));
      }
      String scheme = List.of("http", "https", "ssh", "git").get(random.nextInt(4));
      String address = "%s://alice:%sS3CRET%s@host/r".formatted(scheme, around, around.reverse());
      String shown;
      try {
        GitAddress at = GitAddress.parse(address);
        shown = at + " " + at.uri();
      } catch (IOException e) {
        shown = String.valueOf(e.getMessage());
      }
      if (shown.contains("S3CRET")) {
        assertWithMessage("seed %s: %s", seed, address).that(shown).doesNotContain("S3CRET");
      }
    }
  }
}
