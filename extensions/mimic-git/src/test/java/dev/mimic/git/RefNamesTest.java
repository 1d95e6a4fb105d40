package dev.mimic.git;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.Context;
import dev.mimic.git.GitContract.Running;
import dev.mimic.git.RepositoryTableTest.Transport;
import dev.mimic.peers.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.RefSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Refs whose names are not UTF-8. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
class RefNamesTest {
  private static final String ODD = "\"refs/heads/caf\\351\"";

  @TempDir private Path folder;

  RefNamesTest() {}

  private Path bare() throws IOException {
    return History.bare(Files.createDirectories(folder.resolve("root")), "r.git", 3);
  }

  private static void addOddBranch(Path repository) throws IOException {
    String unused =
        Programs.run(repository, "sh", "-c", "git branch \"$(printf 'caf\\351')\" main");
  }

  private static void assertRefused(String name, Executable what) {
    GitException e = assertThrows(GitException.class, what);
    assertThat(e).hasMessageThat().contains(name + ", whose name is not UTF-8: use git");
  }

  /** Returns the names and the contents of all files of refs. */
  private static String refs(Path repository) throws IOException {
    return Programs.run(repository, "sh", "-c", "git for-each-ref | cat -v");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void server_oddBranch_isRefused(Transport transport) throws Exception {
    Path bare = bare();
    Path own = Files.createDirectory(folder.resolve("server"));
    Path clone = folder.resolve("clone");
    try (Running server = transport.start(folder.resolve("root"), own)) {
      GitClient client = GitClient.of(server.resolver()).withContext(server.context());
      try (Git git = client.clone(server.address("r.git"), clone)) {
        addOddBranch(bare);
        Repository local = git.getRepository();
        String unused = History.commit(clone, "new");
        String theirs = refs(bare);
        String ours = refs(clone);

        assertRefused(ODD, () -> client.fetch(local));
        assertRefused(ODD, () -> client.push(local));
        unused = History.git(clone, "config", "fetch.prune", "true");
        assertRefused(ODD, () -> client.fetch(local));

        assertThat(refs(bare)).isEqualTo(theirs);
        assertThat(refs(clone)).isEqualTo(ours);
      }
    }
  }

  @Test
  void repository_oddRef_isNotChanged() throws Exception {
    Path bare = bare();
    addOddBranch(bare);
    Path clone = folder.resolve("clone");
    String unused =
        History.git(folder, "clone", "-q", "--no-local", bare.toString(), clone.toString());
    unused = Programs.run(bare, "sh", "-c", "git branch -q -D side \"$(printf 'caf\\351')\"");
    unused = History.git(clone, "config", "fetch.prune", "true");
    byte[] packed = Files.readAllBytes(clone.resolve(".git/packed-refs"));
    assertThat(new String(packed, ISO_8859_1)).contains("refs/remotes/origin/caf\u00e9");
    GitClient client = GitClient.of(Transport.FOLDER.start(folder, folder).resolver());
    try (Repository local =
        new FileRepositoryBuilder().setGitDir(clone.resolve(".git").toFile()).build()) {
      String name = "\"refs/remotes/origin/caf\\351\"";
      assertRefused(name, () -> client.fetch(local)); // would rewrite packed-refs
      assertRefused(name, () -> client.push(local, List.of(new RefSpec("refs/*:refs/*"))));
      assertRefused(name, () -> GitClient.open(clone));
    }
    assertThat(Files.readAllBytes(clone.resolve(".git/packed-refs"))).isEqualTo(packed);
    assertThat(refs(bare)).doesNotContain("caf");
  }

  @Test
  void push_headOnOddBranch_isRefused() throws Exception {
    Path bare = bare();
    Path clone = folder.resolve("clone");
    String unused = History.git(folder, "clone", "-q", bare.toString(), clone.toString());
    unused = Programs.run(clone, "sh", "-c", "git checkout -q -b \"$(printf 'caf\\351')\"");
    String before = refs(bare);
    GitClient client = GitClient.of(Transport.FOLDER.start(folder, folder).resolver());
    try (Repository local =
        new FileRepositoryBuilder().setGitDir(clone.resolve(".git").toFile()).build()) {
      assertRefused(ODD, () -> client.push(local));
    }
    assertThat(refs(bare)).isEqualTo(before);
  }

  @Test
  void clone_oddRefWithoutGit_isRefused() throws Exception {
    Path bare = bare();
    addOddBranch(bare);
    Context none = Context.empty().with(GitClient.PROGRAM, folder.resolve("none"));
    GitClient client =
        GitClient.of(Transport.FOLDER.start(folder, folder).resolver()).withContext(none);
    assertRefused(ODD, () -> client.clone(bare.toString(), folder.resolve("loose")).close());
    String unused = History.git(bare, "pack-refs", "--all");
    assertRefused(ODD, () -> client.clone(bare.toString(), folder.resolve("packed")).close());
    assertThat(Files.exists(folder.resolve("packed"))).isFalse();
  }

  @ParameterizedTest
  @EnumSource(TestGitServer.Protocol.class)
  void service_oddBranch_reportsReason(TestGitServer.Protocol protocol) throws Exception {
    Path bare = bare();
    addOddBranch(bare);
    try (ServedFolder served = new ServedFolder(folder.resolve("root"));
        TestGitServer server = TestGitServer.start(protocol, served.service(), folder)) {
      for (boolean packed : List.of(false, true)) {
        if (packed) {
          String unused = History.git(bare, "pack-refs", "--all");
        }
        String said = server.refused(folder, "clone", server.address() + "/r.git", "clone");
        assertWithMessage("%s", protocol).that(said).contains("r.git has the ref " + ODD);
      }
    }
  }
}
