package dev.mimic.demo;

import dev.mimic.git.GitClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command that clones a repository. */
@Command(
    name = "clone",
    description = {
      "Clone the repository at ADDRESS into DIR, which must be new or empty.",
      "%nA clone that fails or is interrupted leaves DIR as it was."
    })
final class GitCloneCommand implements Callable<Integer> {
  @Mixin private final GitOptions options = new GitOptions();

  @Option(
      names = "--depth",
      paramLabel = "COMMITS",
      description = "Fetch at most this many commits of each branch.")
  private @Nullable Integer depth;

  @Parameters(
      index = "0",
      paramLabel = "ADDRESS",
      description = "Such as git@host:path, ssh://host/path, git://, https:// or a folder.")
  private String address = "";

  @Parameters(index = "1", paramLabel = "DIR", description = "The folder of the clone.")
  private Path folder = Path.of("");

  @Override
  public Integer call() throws IOException {
    GitClient client = client();
    try (Git git = InterruptOnShutdown.call(() -> client.clone(address, folder))) {
      System.out.printf("%s is at %s%n", folder, head(git.getRepository()));
    }
    return 0;
  }

  private GitClient client() throws IOException {
    GitClient all = options.client(address);
    Integer commits = depth;
    return commits == null ? all : WrongUsageException.translating(() -> all.withDepth(commits));
  }

  private static String head(Repository repository) throws IOException {
    ObjectId head = repository.resolve("HEAD");
    if (head == null) {
      return "no commit yet, on " + repository.getBranch();
    }
    boolean isOnBranch = repository.exactRef("HEAD").isSymbolic();
    return LocalRepositories.abbreviated(head)
        + (isOnBranch ? " of " + repository.getBranch() : ", on no branch");
  }
}
