package dev.mimic.demo;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What can be done with repositories. */
@Command(
    name = "git",
    description = "Clone, push and look at repositories, over whatever their address says.",
    subcommands = {GitCloneCommand.class, GitPushCommand.class, GitLogCommand.class})
final class GitCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    throw Subcommands.missing(spec, "what should git do?");
  }
}
