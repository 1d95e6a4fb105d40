package dev.mimic.demo;

import dev.mimic.Suggestions;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
        || unmatched.getUnmatched().isEmpty()) {
      return inPlainWords(wrong.getMessage());
    }
    String word = unmatched.getUnmatched().getFirst();
    CommandLine command = unmatched.getCommandLine();
    if (unmatched.isUnknownOption()) {
      return noOption(word.replaceFirst("=.*", ""), command);
    }
    return command.getSubcommands().isEmpty()
        ? "\"%s\" is one argument too many".formatted(word)
        : noCommand(word, command);
  }

  /** Returns the message for a word that is none of the commands. */
  static String noCommand(String word, CommandLine parent) {
    Set<String> commands = parent.getSubcommands().keySet();
    return commands.isEmpty()
        ? "\"%s\" is one argument too many".formatted(word)
        : "there is no command \"%s\": %s".formatted(word, offer(word, commands));
  }

  private static String noOption(String name, CommandLine command) {
    List<String> options =
        command.getCommandSpec().options().stream()
            .filter(each -> !each.hidden())
            .flatMap(each -> Stream.of(each.names()))
            .toList();
    List<String> near = name.startsWith("--") ? nearest(name, options) : List.of();
    return "there is no option \"%s\"%s"
        .formatted(name, near.isEmpty() ? "" : ": " + didYouMean(near));
  }

  /** Names the types of numbers as a user does. */
  private static @Nullable String inPlainWords(@Nullable String message) {
    return message == null
        ? null
        : message
            .replaceFirst("is not a double$", "is not a number")
            .replaceFirst("is not an int$", "is not a whole number");
  }

  private static String offer(String word, Collection<String> commands) {
    List<String> near = nearest(word, commands);
    return near.isEmpty()
        ? "there are " + commands.stream().sorted().collect(Collectors.joining(", "))
        : didYouMean(near);
  }

  private static String didYouMean(List<String> near) {
    return near.stream()
        .map("\"%s\""::formatted)
        .collect(Collectors.joining(" or ", "did you mean ", "?"));
  }

  /** Returns the commands that are as few typing mistakes away as any is, and not too many. */
  private static List<String> nearest(String word, Collection<String> commands) {
    return Suggestions.of(commands).nearest(word);
  }
}
