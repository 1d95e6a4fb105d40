package dev.mimic.demo;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that prints a script for the completion of command lines. */
@Command(
    name = "completion",
    description = {
      "Print a script that completes command lines in bash or zsh.",
      "%nTo use it in this shell: source <(mimic completion bash)"
    })
final class CompletionCommand implements Callable<Integer> {
  /** The shell. One script serves both: in zsh it loads the completion of bash. */
  enum Shell {
    bash,
    zsh
  }

  @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
  @SuppressWarnings("UnusedVariable") // picocli checks it; both shells load the same script
  private Shell shell = Shell.bash;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (spec != null) {
      System.out.print(AutoComplete.bash("mimic", spec.parent().commandLine()));
    }
    return 0;
  }
}
