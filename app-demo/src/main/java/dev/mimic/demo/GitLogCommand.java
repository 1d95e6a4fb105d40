package dev.mimic.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command that lists commits. */
@Command(name = "log", description = "List the commits of the current branch.")
final class GitLogCommand implements Callable<Integer> {
  @Option(
      names = "-C",
      paramLabel = "DIR",
      description = "The clone. Defaults to the current folder.")
  private Path folder = Path.of("");

  @Option(
      names = "-n",
      paramLabel = "COMMITS",
      description = "The maximum number of commits. Defaults to 20.")
  private int max = 20;

  @Override
  public Integer call() throws IOException {
    try (Repository repository = LocalRepositories.open(folder);
        RevWalk walk = new RevWalk(repository)) {
      ObjectId head = repository.resolve("HEAD");
      if (head == null) {
        throw new IOException(
            "%s has no commit yet: make one, or name another clone by -C"
                .formatted(repository.getDirectory()));
      }
      walk.markStart(walk.parseCommit(head));
      Iterator<RevCommit> commits = walk.iterator();
      for (int i = 0; i < max && commits.hasNext(); i++) {
        RevCommit commit = commits.next();
        System.out.println(
            StandardOutput.printable(
                "%s %s %s: %s"
                    .formatted(
                        LocalRepositories.abbreviated(commit),
                        commit.getAuthorIdent().getWhenAsInstant(),
                        commit.getAuthorIdent().getName(),
                        commit.getShortMessage())));
      }
    }
    return 0;
  }
}
