package dev.mimic;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Names that a message offers in place of one that is not there. */
final class NameList {
  private static final int MAX_SHOWN = 12;
  private static final int MAX_DISTANCE = 2;

  private final List<String> sorted;

  NameList(Collection<String> names) {
    this.sorted = names.stream().sorted().toList();
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

  /** Returns the name that could have been meant: few typing mistakes away, for its length. */
  Optional<String> nearest(String typed) {
    return sorted.stream()
        .filter(name -> isNear(name, typed))
        .min(Comparator.comparingInt(name -> distance(name, typed)));
  }

  private static boolean isNear(String name, String typed) {
    int longer = Math.max(name.length(), typed.length());
    if (longer - Math.min(name.length(), typed.length()) > MAX_DISTANCE) {
      return false; // whatever the letters are: a long text costs nothing
    }
    int distance = distance(name, typed);
    return distance <= MAX_DISTANCE && 2 * distance < longer;
  }

  /**
   * Returns how many letters are to be added, left out or replaced, or exchanged with their
   * neighbour, to make one of the other (the optimal string alignment distance).
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
