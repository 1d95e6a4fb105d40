package dev.mimic;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * The names that a message offers in place of a mistyped one: schemes, commands, options.
 * Immutable.
 */
public final class Suggestions {
  private static final int MAX_SHOWN = 12;
  private static final int MAX_DISTANCE = 2;

  private final List<String> sorted;

  private Suggestions(Collection<String> names) {
    this.sorted = names.stream().sorted().distinct().toList();
  }

  /** Returns suggestions from these names. */
  public static Suggestions of(Collection<String> names) {
    return new Suggestions(names);
  }

  boolean isEmpty() {
    return sorted.isEmpty();
  }

  Stream<String> stream() {
    return sorted.stream();
  }

  /** Returns {@code git, https, tls}, and how many more there are if there are many. */
  String print() {
    int more = sorted.size() - MAX_SHOWN;
    String shown = String.join(", ", sorted.subList(0, Math.min(sorted.size(), MAX_SHOWN)));
    return more > 0 ? shown + " and %d more".formatted(more) : shown;
  }

  /**
   * Returns the names that may have been meant, in alphabetical order: those with the fewest typing
   * mistakes, at most two and fewer than half of the characters. A name that begins with the typed
   * characters counts too. Empty if there is none.
   */
  public List<String> nearest(String typed) {
    List<String> near = sorted.stream().filter(name -> isNear(name, typed)).toList();
    int least = near.stream().mapToInt(name -> distance(name, typed)).min().orElse(0);
    return near.stream().filter(name -> distance(name, typed) == least).toList();
  }

  private static boolean isNear(String name, String typed) {
    if (typed.length() > 1 && name.startsWith(typed)) {
      return true;
    }
    int longer = Math.max(name.length(), typed.length());
    if (longer - Math.min(name.length(), typed.length()) > MAX_DISTANCE) {
      return false; // without comparing the letters, so that a long text costs nothing
    }
    int distance = distance(name, typed);
    return distance <= MAX_DISTANCE && 2 * distance < longer;
  }

  /**
   * Returns the number of letters to add, leave out, replace or exchange with a neighbour to turn
   * one text into the other (the optimal string alignment distance).
   */
  static int distance(String a, String b) {
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
