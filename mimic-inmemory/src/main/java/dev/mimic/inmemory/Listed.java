package dev.mimic.inmemory;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** What there is, as messages list it: in order, and only the first few. */
final class Listed {
  private static final int FEW = 8;

  private Listed() {}

  static <T extends Comparable<T>> String of(Collection<T> all) {
    List<T> sorted = all.stream().sorted().toList();
    String few = sorted.stream().limit(FEW).map(Object::toString).collect(Collectors.joining(", "));
    return sorted.size() <= FEW ? few : few + " and " + (sorted.size() - FEW) + " more";
  }
}
