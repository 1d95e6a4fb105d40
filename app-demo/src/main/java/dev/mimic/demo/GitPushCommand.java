package dev.mimic.demo;

import dev.mimic.git.GitClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command that pushes the current branch. */
@Command(name = "push", description = "Push the current branch to the repository that was cloned.")
final class GitPushCommand implements Callable<Integer> {
  @Mixin private final GitOptions options = new GitOptions();

  @Option(
      names = "-C",
      paramLabel = "DIR",
      description = "The clone. Defaults to the current folder.")
  private Path folder = Path.of("");

  @Override
  public Integer call() throws IOException {
    try (Repository repository = LocalRepositories.open(folder)) {
      GitClient client = options.client(LocalRepositories.origin(repository));
      for (PushResult result : InterruptOnShutdown.call(() -> client.push(repository))) {
        for (RemoteRefUpdate update : result.getRemoteUpdates()) {
          System.out.printf(
              "%s of %s is at %s%n",
              Repository.shortenRefName(update.getRemoteName()),
              result.getURI(),
              LocalRepositories.abbreviated(update.getNewObjectId()));
        }
      }
    }
    return 0;
  }
}
