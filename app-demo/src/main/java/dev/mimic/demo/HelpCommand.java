package dev.mimic.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The help of a command, as its option {@code --help} prints it. */
@Command(name = "help", description = "Print the help of COMMAND, such as get or git clone.")
final class HelpCommand implements Callable<Integer> {
  @Parameters(arity = "0..*", paramLabel = "COMMAND")
  private List<String> words = new ArrayList<>();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (spec != null) {
      find(spec.parent().commandLine()).usage(System.out);
    }
    return 0;
  }

  private CommandLine find(CommandLine parent) {
    CommandLine at = parent;
    for (String word : words) {
      CommandLine next = at.getSubcommands().get(word);
      if (next == null) {
        throw new ParameterException(at, UnknownWord.noCommand(word, at));
      }
      at = next;
    }
    return at;
  }
}
