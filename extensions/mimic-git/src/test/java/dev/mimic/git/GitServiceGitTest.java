package dev.mimic.git;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.peers.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The limits of {@link GitService} as seen by {@code git}. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class GitServiceGitTest {
  private static final int MANY_REFS = 5000;

  @TempDir private Path folder;
  private Path root = Path.of("");
  private ServedFolder served;

  GitServiceGitTest() {}

  @BeforeEach
  void open() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    served = new ServedFolder(root);
  }

  @AfterEach
  void close() {
    served.close();
  }

  private TestGitServer serve(TestGitServer.Protocol protocol, UnaryOperator<GitService> limits)
      throws IOException {
    return TestGitServer.start(protocol, limits.apply(served.service()), folder);
  }

  /** Creates a bare repository with a branch at each of many commits. */
  private Path manyRefs(String name) throws IOException {
    Path bare = History.bare(root, name, 1);
    StringBuilder stream = new StringBuilder();
    for (int i = 0; i < MANY_REFS; i++) {
      stream
          .append("commit refs/heads/main\n")
          .append("committer A <a@b> %d +0000\ndata 1\nx\n".formatted(1_000_000_000 + i));
    }
    Path file = Files.writeString(folder.resolve("commits.txt"), stream);
    String unused = Programs.run(bare, "sh", "-c", "git fast-import --quiet --force <" + file);
    List<String> commits = History.git(bare, "rev-list", "main").lines().toList();
    StringBuilder refs = new StringBuilder("# pack-refs with: peeled fully-peeled \n");
    for (int i = 0; i < commits.size(); i++) {
      refs.append("%s refs/heads/b%d\n".formatted(commits.get(i), i));
    }
    Path unusedFile = Files.writeString(bare.resolve("packed-refs"), refs);
    return bare;
  }

  private Path clone(Path bare) throws IOException {
    Path clone = folder.resolve("clone");
    String unused = History.git(folder, "clone", "-q", bare.toString(), clone.toString());
    return clone;
  }

  /** Commits a file of bytes that cannot be compressed. */
  private static void commit(Path clone, int bytes) throws IOException {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    Path unused = Files.write(clone.resolve("file"), content);
    String all = History.git(clone, "add", "file") + History.git(clone, "commit", "-q", "-m", "x");
    assertThat(all).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(TestGitServer.Protocol.class)
  void fetch_beyondLimit_reportsReason(TestGitServer.Protocol protocol) throws Exception {
    Path unused = manyRefs("r.git");
    String words = "the request has more than 100000 bytes, which is the limit of this server";
    try (TestGitServer server = serve(protocol, service -> service.withMaxRequestBytes(100_000))) {
      for (String version : List.of("0", "2")) {
        String option = "protocol.version=" + version;
        Path clone = folder.resolve("clone" + version);

        String said =
            server.refused(
                folder, "-c", option, "clone", server.address() + "/r.git", clone.toString());

        assertWithMessage("%s %s", protocol, version).that(said).contains("remote error: " + words);
      }
      String few = server.git(folder, "ls-remote", server.address() + "/r.git", "main");
      assertThat(few).contains("refs/heads/main");
    }
  }

  @ParameterizedTest
  @EnumSource(TestGitServer.Protocol.class)
  void fetch_tooManyPrefixes_reportsReason(TestGitServer.Protocol protocol) throws Exception {
    Path bare = History.bare(root, "r.git", 3);
    try (TestGitServer server = serve(protocol, service -> service.withMaxRequestBytes(100_000))) {
      List<String> arguments = new ArrayList<>(List.of("-c", "protocol.version=2", "fetch"));
      arguments.add(server.address() + "/r.git");
      for (int i = 0; i < 1000; i++) {
        arguments.add("branch" + i);
      }
      String words =
          protocol == TestGitServer.Protocol.SSH // here without version 2, and so without prefixes
              ? "couldn't find remote ref branch0"
              : "remote error: the request has more than 100000 bytes";
      assertThat(server.refused(bare, arguments.toArray(String[]::new))).contains(words);
    }
  }

  @ParameterizedTest
  @EnumSource(TestGitServer.Protocol.class)
  void push_beyondLimit_reportsReason(TestGitServer.Protocol protocol) throws Exception {
    Path bare = History.bare(root, "r.git", 3);
    String before = History.refs(bare).toString();
    Path clone = clone(bare);
    for (int i = 0; i < 5; i++) {
      commit(clone, 300_000 + i);
    }
    assertPushIsRefused(
        protocol,
        clone,
        s -> s.withMaxPackBytes(500_000),
        "Pack exceeds the limit of 500,000 bytes");
    assertPushIsRefused(
        protocol,
        clone,
        s -> s.withMaxPackObjects(10),
        "the pack has 15 objects, and this server accepts at most 10");
    assertPushIsRefused(
        protocol,
        clone,
        s -> s.withMaxObjectBytes(300_003),
        "Max object size limit is 300,003 bytes");
    assertThat(History.refs(bare).toString()).isEqualTo(before);
    assertThat(Programs.run(bare, "find", "objects", "-name", "*pack_*")).isEmpty();

    try (TestGitServer server = serve(protocol, s -> s.withMaxPackBytes(5_000_000))) {
      String unused = server.git(clone, "push", "-q", server.address() + "/r.git", "main");
    }
    assertThat(History.head(bare)).isEqualTo(History.head(clone));
  }

  private void assertPushIsRefused(
      TestGitServer.Protocol protocol, Path clone, UnaryOperator<GitService> limits, String words)
      throws IOException {
    try (TestGitServer server = serve(protocol, limits)) {
      String said = server.refused(clone, "push", server.address() + "/r.git", "main");
      assertWithMessage("%s", protocol).that(said).contains(words);
    }
  }

  @ParameterizedTest
  @EnumSource(TestGitServer.Protocol.class)
  void push_tooManyCommands_reportsReason(TestGitServer.Protocol protocol) throws Exception {
    Path clone = manyRefs("r.git");
    Path bare = History.bare(root, "to.git", 0);
    String unused = History.git(bare, "config", "receive.maxCommandBytes", "100000");
    unused = History.git(bare, "config", "receive.pushOptions", "true");
    try (TestGitServer server = serve(protocol, s -> s)) {
      String to = server.address() + "/to.git";
      assertThat(server.refused(clone, "push", to, "refs/heads/b1*:refs/heads/b1*"))
          .contains("Commands size exceeds limit defined in receive.maxCommandBytes");
      List<String> options = new ArrayList<>(List.of("push", to, "main"));
      for (int i = 0; i < 200; i++) {
        options.add("-o" + "x".repeat(1000));
      }
      assertThat(server.refused(clone, options.toArray(String[]::new)))
          .contains("Commands size exceeds limit defined in receive.maxCommandBytes");
    }
    assertThat(History.refs(bare)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(TestGitServer.Protocol.class)
  void fetch_manyRefsAndCommits_succeeds(TestGitServer.Protocol protocol) throws Exception {
    Path bare = manyRefs("r.git");
    Path other = History.bare(root, "to.git", 0);
    try (TestGitServer server = serve(protocol, s -> s)) {
      for (String version : List.of("0", "2")) {
        String clone = folder.resolve("clone" + version).toString();
        String option = "protocol.version=" + version;
        String unused =
            server.git(
                folder,
                "-c",
                option,
                "clone",
                "-q",
                "--mirror",
                server.address() + "/r.git",
                clone);
        assertThat(History.refs(Path.of(clone)).equals(History.refs(bare))).isTrue();
      }
      String unused =
          server.git(
              bare, "push", "-q", server.address() + "/to.git", "refs/heads/b1*:refs/heads/b1*");
      assertThat(History.refs(other).size()).isEqualTo(1111);
    }
  }

  @ParameterizedTest
  @EnumSource(TestGitServer.Protocol.class)
  void fetch_manyLocalCommits_succeeds(TestGitServer.Protocol protocol) throws Exception {
    Path bare = History.bare(root, "r.git", 200);
    Path many = History.bare(folder, "many.git", 3000);
    Path clone = clone(bare);
    String unused = History.git(clone, "fetch", "-q", many.toString(), "main:theirs");
    Path second = folder.resolve("second");
    unused = History.git(folder, "clone", "-q", bare.toString(), second.toString());
    String pushed = History.commit(second, "new");
    unused = History.git(second, "push", "-q");
    try (TestGitServer server = serve(protocol, s -> s)) {
      for (String version : List.of("0", "2")) {
        unused =
            server.git(
                clone,
                "-c",
                "protocol.version=" + version,
                "fetch",
                "-q",
                server.address() + "/r.git",
                "+main:fetched" + version);
        assertThat(History.git(clone, "rev-parse", "fetched" + version).strip()).isEqualTo(pushed);
      }
    }
  }
}
