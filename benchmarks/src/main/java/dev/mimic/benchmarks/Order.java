package dev.mimic.benchmarks;

import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The order in which the derivations of a chain are declared. */
public enum Order {
  /** The first that can run is declared first. */
  IN_ORDER {
    @Override
    <T> void arrange(List<T> all) {}
  },

  /** Derivations that can only run last are declared first. */
  REVERSED {
    @Override
    <T> void arrange(List<T> all) {
      Collections.reverse(all);
    }
  },

  /** A random order, the same each time. */
  SHUFFLED {
    @Override
    <T> void arrange(List<T> all) {
      Collections.shuffle(all, new Random(1));
    }
  };

  /** Rearranges a sorted list into this order. */
  abstract <T> void arrange(List<T> all);
}
