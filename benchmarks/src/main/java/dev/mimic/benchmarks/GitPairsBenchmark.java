package dev.mimic.benchmarks;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.git.GitClient;
import dev.mimic.git.GitModule;
import dev.mimic.peers.Daemon;
import dev.mimic.peers.Programs;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.api.Git;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A clone of a repository of 3,000 commits, with its files checked out, from {@code git daemon} on
 * loopback: by a {@code GitClient}, and by plain JGit or by {@code git}, in turns. The figures are
 * the two counters of {@link PairTimes}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 10, time = 2)
@Measurement(iterations = 10, time = 2)
public class GitPairsBenchmark {
  private static final int COMMITS = 3000;
  private static final int FILES = 40;
  private static final int COMMIT_BYTES = 1200;

  /** A program that clones a repository. */
  public enum Peer {
    JGIT {
      @Override
      void clone(String address, Path into) throws Exception {
        Git.cloneRepository().setURI(address).setDirectory(into.toFile()).call().close();
      }
    },
    GIT {
      @Override
      void clone(String address, Path into) throws IOException {
        String unused = Programs.run(Path.of("."), "git", "clone", "-q", address, into.toString());
      }
    };

    abstract void clone(String address, Path into) throws Exception;
  }

  @Param({"JGIT", "GIT"})
  public Peer peer = Peer.JGIT;

  private Path folder;
  private Daemon daemon;
  private String address;
  private String head;
  private GitClient mimic;

  @Setup
  public void open() throws IOException {
    folder = Files.createTempDirectory("git-benchmark");
    head = create(folder);
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
            "--base-path=" + folder);
    address = "git://127.0.0.1:%d/big.git".formatted(port);
    mimic =
        GitClient.of(
            Guice.createInjector(new UnixLikeModule(), new GitModule())
                .getInstance(MimicResolver.class));
  }

  /** Makes the repository by git, and returns its head. */
  private static String create(Path folder) throws IOException {
    StringBuilder stream = new StringBuilder();
    Random random = new Random(COMMITS);
    byte[] bytes = new byte[COMMIT_BYTES];
    for (int i = 0; i < COMMITS; i++) {
      random.nextBytes(bytes);
      String content = Base64.getMimeEncoder().encodeToString(bytes);
      stream
          .append("commit refs/heads/main\n")
          .append("committer A <a@b> %d +0000\ndata 1\nx\n".formatted(1_000_000_000 + i))
          .append("M 100644 inline folder/%d.txt\n".formatted(i % FILES))
          .append("data %d\n%s\n".formatted(content.length(), content));
    }
    Path commits = Files.writeString(folder.resolve("commits"), stream);
    String script = "git init -q --bare --initial-branch=main big.git && cd big.git";
    return Programs.run(
            folder,
            "sh",
            "-c",
            script + " && git fast-import --quiet <" + commits + " && git rev-parse main")
        .strip();
  }

  @TearDown
  public void close() throws IOException {
    try {
      daemon.close();
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path path) throws IOException {
    MoreFiles.deleteRecursively(path, RecursiveDeleteOption.ALLOW_INSECURE);
  }

  @Benchmark
  public void pair(PairTimes times) throws Exception {
    Path ours = folder.resolve("ours");
    Path theirs = folder.resolve("theirs");
    times.add(() -> mimic.clone(address, ours).close(), () -> peer.clone(address, theirs));
    check(ours);
    check(theirs);
    delete(ours);
    delete(theirs);
  }

  private void check(Path clone) throws IOException {
    String found = Files.readString(clone.resolve(".git/refs/heads/main")).strip();
    int files = MoreFiles.listFiles(clone.resolve("folder")).size();
    if (!found.equals(head) || files != FILES) {
      throw new IllegalStateException("%s is at %s, with %d files".formatted(clone, found, files));
    }
  }
}
