package dev.mimic.demo;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The commands for Git repositories. */
@Command(
    name = "git",
    description = "Clone a Git repository, push to it, or list its commits.",
    subcommands = {
      GitCloneCommand.class,
      GitPushCommand.class,
      GitLogCommand.class,
      HelpCommand.class
    })
final class GitCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new WrongUsageException("git needs a command: clone, push or log");
  }
}
