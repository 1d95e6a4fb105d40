package dev.mimic.git;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.ResolutionException;
import java.io.Closeable;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.EmptyProgressMonitor;
import org.eclipse.jgit.lib.TextProgressMonitor;
import org.eclipse.jgit.transport.RefSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of every transport, for all servers and networks. Repositories are created by {@code
 * git}, which also inspects the clones.
 */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
abstract class GitContract {
  static final int MANY = 3000;
  static final int SOME = 300;
  static final int FEW = 3;
  private static final long SOME_BYTES = 100_000; // less than the pack of SOME commits has

  @TempDir Path folder;

  Running server = () -> {};

  /** A running server of the repositories in a folder. */
  interface Running extends Closeable {
    default MimicResolver resolver() {
      throw new UnsupportedOperationException();
    }

    /** Returns the address of a repository. */
    default String address(String name) {
      throw new UnsupportedOperationException();
    }

    /** Returns the credentials and the trust of the client. */
    default Context context() {
      return Context.empty();
    }
  }

  /** Starts a server of the bare repositories in a folder, which accepts pushes. */
  abstract Running start(Path root, Path own) throws Exception;

  Path root() {
    return folder.resolve("root");
  }

  @BeforeEach
  void start() throws Exception {
    server = start(Files.createDirectory(root()), Files.createDirectory(folder.resolve("server")));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  GitClient client() {
    return GitClient.of(server.resolver()).withContext(server.context());
  }

  private GitClient through(Network.Hop hop) {
    return client().withContext(Context.empty().with(Network.HOPS, List.of(hop)));
  }

  private void assertDoesNotExist(Path clone) {
    assertThat(Files.exists(clone)).isFalse();
  }

  @Test
  void clone_bigRepository_equalsThatOfGit() throws Exception {
    Path bare = History.bare(root(), "big.git", MANY);
    Path ours = folder.resolve("ours");
    Path theirs = folder.resolve("gits");
    History.git(folder, "clone", "-q", bare.toString(), theirs.toString());

    try (Git git = client().clone(server.address("big.git"), ours)) {
      assertThat(git.getRepository().getFullBranch()).isEqualTo("refs/heads/main");
    }

    History.git(ours, "fsck", "--full");
    assertThat(History.head(ours)).isEqualTo(History.head(theirs));
    assertThat(History.refs(ours)).isEqualTo(History.refs(theirs));
    assertThat(History.objects(ours).equals(History.objects(theirs))).isTrue();
    assertThat(History.git(ours, "status", "--porcelain")).isEmpty();
  }

  @Test
  void push_commit_arrivesOnServer() throws Exception {
    Path bare = History.bare(root(), "r.git", FEW);
    Path clone = folder.resolve("clone");

    try (Git git = client().clone(server.address("r.git"), clone)) {
      String commit = History.commit(clone, "new");
      client().push(git.getRepository());

      assertThat(History.git(bare, "log", "-1", "--format=%H", "main").strip()).isEqualTo(commit);
      assertThat(History.git(clone, "rev-parse", "origin/main").strip()).isEqualTo(commit);
    }
    History.git(bare, "fsck", "--full");
  }

  @Test
  void fetch_pushOfOther_isReceived() throws Exception {
    History.bare(root(), "r.git", FEW);
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");

    try (Git first = client().clone(server.address("r.git"), one);
        Git second = client().clone(server.address("r.git"), two)) {
      String commit = History.commit(one, "new");
      client().push(first.getRepository());
      client().fetch(second.getRepository());

      assertThat(History.git(two, "rev-parse", "origin/main").strip()).isEqualTo(commit);
    }
  }

  @Test
  void push_manyCommits_arriveOnServer() throws Exception {
    History.bare(root(), "r.git", FEW);
    Path bare = History.bare(root(), "copy.git", 0);
    Path clone = folder.resolve("clone");
    Path big = History.bare(folder, "big.git", 1000);

    try (Git git = client().clone(server.address("copy.git"), clone)) {
      History.git(clone, "fetch", "-q", "--update-head-ok", big.toString(), "main:main");
      client().push(git.getRepository(), List.of(new RefSpec("refs/heads/main")));
    }

    History.git(bare, "fsck", "--full");
    assertThat(History.git(bare, "rev-list", "--count", "main").strip()).isEqualTo("1000");
  }

  @Test
  void push_notFastForward_isRejected() throws Exception {
    Path bare = History.bare(root(), "r.git", FEW);
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");

    try (Git first = client().clone(server.address("r.git"), one);
        Git second = client().clone(server.address("r.git"), two)) {
      String taken = History.commit(one, "first");
      client().push(first.getRepository());
      History.commit(two, "second");
      GitRejectedException e =
          assertThrows(GitRejectedException.class, () -> client().push(second.getRepository()));

      assertThat(e.reasons()).containsKey("refs/heads/main");
      assertThat(e).hasMessageThat().contains("fetch and merge them first");
      assertThat(History.head(bare)).isEqualTo(taken);
    }
  }

  @Test
  void clone_withDepth_hasOnlyNewestCommit() throws Exception {
    History.bare(root(), "r.git", 20);
    Path clone = folder.resolve("clone");

    client().withDepth(1).clone(server.address("r.git"), clone).close();

    assertThat(History.git(clone, "rev-list", "--count", "HEAD").strip()).isEqualTo("1");
    History.git(clone, "fsck", "--full");
  }

  @Test
  void clone_withDepth_hasSameTagsAsGit() throws Exception {
    Path bare = History.bare(root(), "r.git", 101); // v0 tags the first, and v100 the last
    History.git(bare, "tag", "-a", "-m", "annotated", "annotated", "main");
    Path ours = folder.resolve("ours");
    Path theirs = folder.resolve("gits");
    History.git(folder, "clone", "-q", "--depth=1", "file://" + bare, theirs.toString());

    client().withDepth(1).clone(server.address("r.git"), ours).close();

    assertThat(History.git(ours, "show-ref", "--tags"))
        .isEqualTo(History.git(theirs, "show-ref", "--tags"));
    assertThat(History.git(ours, "tag").lines()).containsExactly("annotated", "v100");
  }

  @Test
  void push_lockedBranch_isRejected() throws Exception {
    Path bare = History.bare(root(), "r.git", FEW);
    String before = History.head(bare);
    Path clone = folder.resolve("clone");

    try (Git git = client().clone(server.address("r.git"), clone)) {
      History.commit(clone, "new");
      Files.createFile(bare.resolve("refs/heads/main.lock")); // left by a crashed process
      GitRejectedException e =
          assertThrows(GitRejectedException.class, () -> client().push(git.getRepository()));

      assertThat(e.reasons().keySet()).containsExactly("refs/heads/main");
      assertThat(e.reasons().get("refs/heads/main")).contains("lock");
      assertThat(e).hasMessageThat().contains("r.git rejected refs/heads/main: ");
      assertThat(History.head(bare)).isEqualTo(before);
    }
  }

  @Test
  void clone_emptyRepository_canBePushedTo() throws Exception {
    Path bare = History.bare(root(), "r.git", 0);
    Path clone = folder.resolve("clone");

    try (Git git = client().clone(server.address("r.git"), clone)) {
      History.git(clone, "checkout", "-q", "-B", "main");
      String commit = History.commit(clone, "first");
      client().push(git.getRepository());

      assertThat(History.head(bare)).isEqualTo(commit);
    }
  }

  @Test
  void clone_detachedHead_checksOutItsCommit() throws Exception {
    Path bare = History.bare(root(), "r.git", FEW);
    History.git(bare, "update-ref", "--no-deref", "HEAD", "main~1");
    Path clone = folder.resolve("clone");

    client().clone(server.address("r.git"), clone).close();

    assertThat(History.head(clone)).isEqualTo(History.head(bare));
  }

  @Test
  void clone_withProgress_reportsIt() throws Exception {
    History.bare(root(), "r.git", SOME);
    StringWriter output = new StringWriter();

    client()
        .withProgress(new TextProgressMonitor(output))
        .clone(server.address("r.git"), folder.resolve("clone"))
        .close();

    assertThat(output.toString()).contains("Receiving objects: ");
    assertThat(output.toString()).contains("remote: Counting objects");
  }

  @Test
  void clone_missingRepository_isNamed() {
    Path clone = folder.resolve("clone");
    String address = server.address("none.git");

    GitException e = assertThrows(GitException.class, () -> client().clone(address, clone));

    assertThat(e).hasMessageThat().contains("none.git");
    assertThat(e).hasMessageThat().doesNotContain("\n");
    assertDoesNotExist(clone);
  }

  @Test
  void clone_serverDisconnects_leavesNoFolder() throws Exception {
    History.bare(root(), "r.git", SOME);
    Path clone = folder.resolve("clone");
    String address = server.address("r.git");

    IOException e =
        assertThrows(
            GitException.class, () -> through(CutHop.dying(SOME_BYTES)).clone(address, clone));

    assertThat(e).hasMessageThat().contains("closed the connection during the transfer");
    assertDoesNotExist(clone);
  }

  @Test
  void clone_serverFallsSilent_timesOut() throws Exception {
    History.bare(root(), "r.git", SOME);
    Path clone = folder.resolve("clone");
    String address = server.address("r.git");
    GitClient client = through(CutHop.silent(SOME_BYTES)).withReadTimeout(Duration.ofMillis(500));

    IOException e = assertThrows(GitException.class, () -> client.clone(address, clone));

    assertThat(e).hasMessageThat().contains("has fallen silent");
    assertDoesNotExist(clone);
  }

  @Test
  void clone_interrupted_throwsClosedByInterrupt() throws Exception {
    History.bare(root(), "r.git", SOME);
    Path clone = folder.resolve("clone");
    String address = server.address("r.git");
    CountDownLatch receiving = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    GitClient client = through(CutHop.silent(SOME_BYTES)).withProgress(onReceiving(receiving));

    Thread cloning =
        Thread.startVirtualThread(
            () -> thrown.set(assertThrows(IOException.class, () -> client.clone(address, clone))));
    receiving.await();
    cloning.interrupt();
    cloning.join();

    assertWithMessage("%s", thrown.get())
        .that(thrown.get())
        .isInstanceOf(ClosedByInterruptException.class);
    assertDoesNotExist(clone);
  }

  @Test
  void clone_monitorCancelled_fails() throws Exception {
    History.bare(root(), "r.git", SOME);
    Path clone = folder.resolve("clone");
    String address = server.address("r.git");
    CountDownLatch receiving = new CountDownLatch(1);
    EmptyProgressMonitor cancelled =
        new EmptyProgressMonitor() {
          @Override
          public void beginTask(String title, int total) {
            if (title.equals("Receiving objects")) {
              receiving.countDown();
            }
          }

          @Override
          public boolean isCancelled() {
            return receiving.getCount() == 0;
          }
        };

    GitException e =
        assertThrows(
            GitException.class, () -> client().withProgress(cancelled).clone(address, clone));

    assertThat(e).hasMessageThat().contains("cancelled");
    assertDoesNotExist(clone);
  }

  private static EmptyProgressMonitor onReceiving(CountDownLatch receiving) {
    return new EmptyProgressMonitor() {
      @Override
      public void beginTask(String title, int total) {
        if (title.equals("Receiving objects")) {
          receiving.countDown();
        }
      }
    };
  }

  @Test
  void clone_folderNotEmpty_isRefused() throws Exception {
    History.bare(root(), "r.git", FEW);
    Path clone = Files.createDirectory(folder.resolve("clone"));
    Files.createFile(clone.resolve("mine"));
    String address = server.address("r.git");

    IOException e = assertThrows(GitException.class, () -> client().clone(address, clone));

    assertThat(e).hasMessageThat().contains("is not empty");
    try (Stream<Path> files = Files.list(clone)) {
      assertThat(files.toList()).containsExactly(clone.resolve("mine"));
    }
  }

  @Test
  void clone_serverNotRunning_throwsResolutionException() throws Exception {
    String address = server.address("r.git");
    server.close();
    Path clone = folder.resolve("clone");

    assertThrows(ResolutionException.class, () -> client().clone(address, clone));

    assertDoesNotExist(clone);
  }
}
