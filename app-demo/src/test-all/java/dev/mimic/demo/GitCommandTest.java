package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.peers.Daemon;
import dev.mimic.peers.Programs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code mimic git} and {@code mimic kv} beside git's own daemon. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class GitCommandTest {
  @TempDir private Path folder;
  private Daemon daemon;
  private String address;

  GitCommandTest() {}

  @BeforeEach
  void serve() throws IOException {
    String unused = git(folder, "init", "-q", "--bare", "--initial-branch=main", "r.git");
    Path first = folder.resolve("first");
    unused = git(folder, "clone", "-q", "r.git", first.toString());
    commit(first, "one");
    unused = git(first, "push", "-q", "origin", "HEAD:main");
    int port = Daemon.freePort();
    daemon =
        Daemon.start(
            port,
            "git",
            "daemon",
            "--listen=127.0.0.1",
            "--port=" + port,
            "--reuseaddr",
            "--export-all",
            "--enable=receive-pack",
            "--base-path=" + folder);
    address = "git://127.0.0.1:%d/r.git".formatted(port);
  }

  @Test
  void text_ofOthers_isEscapedOnATerminalAlone() throws Exception {
    String odd = "k\u001b[2Jkey";
    String escaped = "k\\u001b[2Jkey";
    Path clone = folder.resolve("first");
    commit(clone, odd);
    String unused = git(clone, "push", "-q", "origin", "HEAD:main");
    String store = folder.resolve("store.git").toString();
    assertThat(CommandRun.of("kv", "pull", "-q", "--store", store, address).err()).isEmpty();
    for (String[] each :
        new String[][] {
          {"kv", "list", "--store", store},
          {"kv", "history", "--store", store},
          {"git", "log", "-C", clone.toString()}
        }) {
      assertThat(CommandRun.of(each).out()).contains(odd);
      String shown = ServeTest.onTerminal(each);
      assertThat(shown).contains(escaped);
      assertThat(shown).doesNotContain("\u001b");
    }
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
  }

  private static String git(Path in, String... arguments) throws IOException {
    String[] all = new String[arguments.length + 4];
    all[0] = "-c";
    all[1] = "user.name=A";
    all[2] = "-c";
    all[3] = "user.email=a@b";
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    return Programs.run(in, "git", all);
  }

  private static void commit(Path clone, String name) throws IOException {
    Files.writeString(clone.resolve(name), name, UTF_8);
    String unused = git(clone, "add", name);
    unused = git(clone, "commit", "-q", "-m", "add " + name);
  }

  private String clone(String name) {
    String clone = folder.resolve(name).toString();
    CommandRun run = CommandRun.of("git", "clone", "-q", address, clone);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isEqualTo(0);
    assertThat(run.out()).matches(clone + " is at [0-9a-f]{7} of main\n");
    return clone;
  }

  @Test
  void clone_withCommit_isListedAndPushed() throws Exception {
    String clone = clone("clone");
    commit(Path.of(clone), "two");

    CommandRun push = CommandRun.of("git", "push", "-q", "-C", clone);
    assertThat(push.err()).isEmpty();
    assertThat(push.out()).contains("main of " + address + " is at ");
    assertThat(git(folder.resolve("r.git"), "log", "--format=%s", "main"))
        .isEqualTo("add two\nadd one\n");

    CommandRun log = CommandRun.of("git", "log", "-C", clone, "-n", "1");
    assertThat(log.out()).matches("[0-9a-f]{7} \\S+ A: add two\n");
  }

  @Test
  void push_thatIsRejected_namesRemedy() throws Exception {
    String one = clone("one");
    String two = clone("two");
    commit(Path.of(one), "mine");
    commit(Path.of(two), "yours");

    assertThat(CommandRun.of("git", "push", "-C", one).status()).isEqualTo(0);
    CommandRun rejected = CommandRun.of("git", "push", "-q", "-C", two);

    assertThat(rejected.failure()).contains("fetch and merge them first");
  }

  @Test
  void clone_withoutQuiet_printsProgress() {
    CommandRun run = CommandRun.of("git", "clone", address, folder.resolve("c").toString());

    assertThat(run.err()).contains("Receiving objects: 3 of 3, done\n");
  }

  @Test
  void clone_ofMissingRepository_leavesNoFolder() {
    Path clone = folder.resolve("clone");

    CommandRun run = CommandRun.of("git", "clone", address + "x", clone.toString());

    assertThat(run.failure()).contains("access denied or repository not exported");
    assertThat(Files.exists(clone)).isFalse();
  }

  @Test
  void clone_fromSilentServer_isGivenUpAfterTheTimeout() throws Exception {
    Path clone = folder.resolve("clone");
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "git://127.0.0.1:%d/r.git".formatted(silent.getLocalPort());

      CommandRun run = CommandRun.of("git", "clone", "--timeout", "0.5", url, clone.toString());

      assertThat(run.failure()).contains("has fallen silent");
      assertThat(run.failure()).contains("for 0.500 s; try again, or raise the limit (--timeout)");
      assertThat(Files.exists(clone)).isFalse();
    }
  }

  @Test
  void git_withoutCommand_isWrongUsage() {
    CommandRun run = CommandRun.of("git");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("git needs a command: clone, push or log");
  }

  @Test
  void argument_thatIsRefused_isWrongUsage() {
    String store = folder.resolve("store.git").toString();
    CommandRun depth = CommandRun.of("git", "clone", "--depth", "0", address, store);
    assertThat(depth.status()).isEqualTo(2);
    assertThat(depth.err())
        .isEqualTo("mimic: commits (0) must be positive (see mimic git clone --help)\n");

    CommandRun key = CommandRun.of("kv", "set", "--store", store, "/sky", "blue");
    assertThat(key.status()).isEqualTo(2);
    assertThat(key.err()).contains("/sky");

    assertThat(CommandRun.of("kv", "pull", "--timeout", "0", "--store", store, address).err())
        .isEqualTo("mimic: --timeout (0.0) must be positive (see mimic kv pull --help)\n");
    assertThat(Files.exists(Path.of(store))).isFalse();
  }

  @Test
  void texts_ofStore_arePushedAndPulled() {
    String one = folder.resolve("one.git").toString();
    String two = folder.resolve("two.git").toString();

    assertThat(CommandRun.of("kv", "pull", "-q", "--store", one, address).err()).isEmpty();
    assertThat(CommandRun.of("kv", "set", "--store", one, "colour/sky", "blue").err()).isEmpty();
    assertThat(CommandRun.of("kv", "push", "-q", "--store", one, address).err()).isEmpty();
    assertThat(CommandRun.of("kv", "pull", "-q", "--store", two, address).err()).isEmpty();

    assertThat(CommandRun.of("kv", "get", "--store", two, "colour/sky").out()).isEqualTo("blue\n");
    assertThat(CommandRun.of("kv", "list", "--store", two).out()).isEqualTo("colour/sky\none\n");
    assertThat(CommandRun.of("kv", "history", "--store", two, "colour/sky").out())
        .contains("set colour/sky");
  }

  @Test
  void conflict_ofStores_namesKeyAndCanBeDecided() {
    String one = folder.resolve("one.git").toString();
    String two = folder.resolve("two.git").toString();
    CommandRun.of("kv", "pull", "-q", "--store", one, address);
    CommandRun.of("kv", "pull", "-q", "--store", two, address);
    CommandRun.of("kv", "set", "--store", one, "colour", "blue");
    CommandRun.of("kv", "set", "--store", two, "colour", "green");
    CommandRun.of("kv", "push", "-q", "--store", one, address);

    CommandRun conflict = CommandRun.of("kv", "push", "-q", "--store", two, address);
    assertThat(conflict.failure()).contains("changed differently on both sides: colour");

    assertThat(CommandRun.of("kv", "pull", "--store", two, "--prefer", "theirs", address).status())
        .isEqualTo(0);
    assertThat(CommandRun.of("kv", "get", "--store", two, "colour").out()).isEqualTo("blue\n");
  }

  @Test
  void folder_withoutStore_isLeftUnchanged() throws Exception {
    Path there = Files.createDirectory(folder.resolve("there"));
    Path deep = folder.resolve("not/there");
    String noServer = "git://localhost:1/r";
    for (Path store : List.of(there, deep)) {
      assertThat(CommandRun.of("kv", "list", "--store", store.toString()).failure())
          .startsWith("there is no store in " + store);
      assertThat(CommandRun.of("kv", "pull", "--store", store.toString(), noServer).failure())
          .contains("connection refused");
    }
    assertThat(there.toFile().list()).isEmpty();
    assertThat(Files.exists(deep.getParent())).isFalse();
  }

  @Test
  void store_thatIsMissing_isNamed() {
    CommandRun run = CommandRun.of("kv", "get", "--store", folder + "/none", "a");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("there is no store in");
    assertThat(Files.exists(folder.resolve("none"))).isFalse();
  }
}
