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

  /** The last that can run is declared first. */
  REVERSED {
    @Override
    <T> void arrange(List<T> all) {
      Collections.reverse(all);
    }
  },

  /** In no order, the same one each time. */
  SHUFFLED {
    @Override
    <T> void arrange(List<T> all) {
      Collections.shuffle(all, new Random(1));
    }
  };

  /** Puts what is in order into this order. */
  abstract <T> void arrange(List<T> all);
}
