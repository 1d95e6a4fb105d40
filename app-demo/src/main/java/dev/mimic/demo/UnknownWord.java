package dev.mimic.demo;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
  private static final int MAX_DISTANCE = 2;

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
    Optional<Integer> least =
        commands.stream()
            .filter(each -> isNear(each, word))
            .map(each -> distance(each, word))
            .min(Comparator.naturalOrder());
    return commands.stream()
        .filter(each -> isNear(each, word))
        .filter(each -> distance(each, word) == least.orElseThrow())
        .sorted()
        .toList();
  }

  private static boolean isNear(String command, String word) {
    int longer = Math.max(command.length(), word.length());
    int differs = longer - Math.min(command.length(), word.length());
    boolean isBeginning = word.length() > 1 && command.startsWith(word);
    return isBeginning
        || (differs <= MAX_DISTANCE // a long word costs nothing
            && distance(command, word) <= MAX_DISTANCE
            && 2 * distance(command, word) < longer);
  }

  /** Returns how many letters are added, left out, replaced, or exchanged with a neighbour. */
  private static int distance(String a, String b) {
    int[][] of = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        of[i][j] = i == 0 || j == 0 ? i + j : step(a, b, i, j, of);
      }
    }
    return of[a.length()][b.length()];
  }

  private static int step(String a, String b, int i, int j, int[][] of) {
    int differs = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
    int least = Math.min(of[i - 1][j - 1] + differs, 1 + Math.min(of[i - 1][j], of[i][j - 1]));
    boolean exchanged =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return exchanged ? Math.min(least, 1 + of[i - 2][j - 2]) : least;
  }
}
