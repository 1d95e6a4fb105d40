package dev.mimic.demo;

import dev.mimic.Suggestions;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Messages about words of a command line that no command and no parameter takes. The library's own
 * tell their index, and its suggestions ({@link UnmatchedArgumentException#getSuggestions}) compare
 * pairs of letters, so that it has none for {@code pnig}.
 */
final class UnknownWord {
  private UnknownWord() {}

  /** Returns the message of wrong usage, in the user's terms. */
  static @Nullable String about(ParameterException wrong) {
    if (!(wrong instanceof UnmatchedArgumentException unmatched)
        || unmatched.isUnknownOption()
        || unmatched.getUnmatched().isEmpty()) {
      return wrong.getMessage();
    }
    String word = unmatched.getUnmatched().getFirst();
    CommandLine command = unmatched.getCommandLine();
    return command.getSubcommands().isEmpty()
        ? "\"%s\" is one argument too many".formatted(word)
        : "there is no command \"%s\": %s"
            .formatted(word, offer(word, command.getSubcommands().keySet()));
  }

  private static String offer(String word, Collection<String> commands) {
    List<String> near = nearest(word, commands);
    return near.isEmpty()
        ? "there are " + commands.stream().sorted().collect(Collectors.joining(", "))
        : near.stream()
            .map("\"%s\""::formatted)
            .collect(Collectors.joining(" or ", "did you mean ", "?"));
  }

  /** Returns the commands that are as few typing mistakes away as any is, and not too many. */
  private static List<String> nearest(String word, Collection<String> commands) {
    return Suggestions.of(commands).nearest(word);
  }
}
