package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.Closer;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.git.GitClient;
import dev.mimic.ssh.Ssh;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.RevWalkUtils;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.URIish;

/**
 * The demo's part about Git: clones a repository by four addresses, pushes a commit by one of them,
 * and fetches it by the others.
 */
final class GitDemo {
  private static final int[] WIDTHS = {28, 30, 7, 7};

  private final MimicResolver resolver;
  private final DemoTls tls;
  private final PrintStream out;

  GitDemo(MimicResolver resolver, DemoTls tls, PrintStream out) {
    this.resolver = resolver;
    this.tls = tls;
    this.out = out;
  }

  /** Plays the part, and returns whether the others fetched the commit. */
  boolean play() throws IOException {
    Path folder = Files.createTempDirectory("mimic");
    try (GitHost host = GitHost.start(resolver, tls, folder.resolve("served"))) {
      return play(host.client(tls), folder);
    } finally {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private boolean play(Context how, Path folder) throws IOException {
    out.printf("One repository by four addresses. This program serves it as %s:%n%n", GitHost.NAME);
    GitClient client = GitClient.of(resolver).withContext(how);
    out.print(new Table(2).heading("ADDRESS", "CONNECTION", "COMMITS", "TIME").print(WIDTHS));
    try (Closer clones = Closer.create()) {
      List<Git> all = new ArrayList<>();
      for (String address : GitHost.ADDRESSES) {
        long began = System.nanoTime();
        Git git = client.clone(address, folder.resolve("clone-" + all.size()));
        all.add(git);
        clones.register(git::close);
        String time = ElapsedTime.since(began);
        String commits = String.valueOf(commits(git));
        out.print(new Table(2).row(address, carrier(address, how), commits, time).print(WIDTHS));
      }
      out.println();
      return shared(client, all);
    }
  }

  private String carrier(String address, Context how) {
    return PlannedConnection.of(address, how.with(Ssh.COMMAND, "git-upload-pack"), resolver);
  }

  private static int commits(Git git) throws IOException {
    try (RevWalk walk = new RevWalk(git.getRepository())) {
      ObjectId head = git.getRepository().resolve("HEAD");
      return RevWalkUtils.count(walk, walk.parseCommit(head), null);
    }
  }

  private boolean shared(GitClient client, List<Git> clones) throws IOException {
    ObjectId commit = commit(clones.getFirst());
    URIish first = client.push(clones.getFirst().getRepository()).getFirst().getURI();
    out.printf("  pushed %s to  %s%n", LocalRepositories.abbreviated(commit), first);
    boolean well = true;
    for (int i = 1; i < clones.size(); i++) {
      Repository repository = clones.get(i).getRepository();
      FetchResult fetched = client.fetch(repository);
      boolean seen = commit.equals(repository.resolve("origin/main"));
      out.printf("  %s from %s%n", seen ? "fetched it" : "DID NOT FETCH IT", fetched.getURI());
      well &= seen;
    }
    out.println();
    return well;
  }

  private static ObjectId commit(Git git) throws IOException {
    Path work = git.getRepository().getWorkTree().toPath();
    Files.writeString(work.resolve("src/hello"), "hello, world\n", UTF_8);
    try {
      return git.commit()
          .setAll(true)
          .setMessage("Greet the world")
          .setCommitter("Demo", "demo@localhost")
          .setSign(false)
          .call();
    } catch (GitAPIException e) {
      throw new IOException(e);
    }
  }
}
