package dev.mimic.demo;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** What can be done with repositories. */
@Command(
    name = "git",
    description = "Clone, push and look at repositories, over whatever their address says.",
    subcommands = {GitCloneCommand.class, GitPushCommand.class, GitLogCommand.class})
final class GitCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new WrongUsageException("what should git do?");
  }
}
