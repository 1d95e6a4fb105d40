package dev.mimic.testkit;

import dev.mimic.Flow;

/** What a line about flows has at hand. */
interface FlowLines extends Lines {

  /** Returns the end that is looked at. */
  Flow near();

  /** Returns its peer. */
  Flow far();

  /** Opens one more pair, which is closed when the line ends. */
  FlowPair another() throws Exception;

  /** Has the far end reset the connection. */
  default void resetByFar() throws Exception {
    resetByFar(new FlowPair(near(), far()));
  }

  /** Has the far end of this pair reset the connection. */
  void resetByFar(FlowPair pair) throws Exception;

  /** Returns how many bytes are sent where there are to be many: 64 MiB, unless a row has fewer. */
  default int manyBytes() {
    return 64 << 20;
  }

  /** Returns how many pairs there are at once where there are to be many: 200, or fewer. */
  default int manyPairs() {
    return 200;
  }
}
