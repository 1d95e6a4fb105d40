package dev.mimic.testkit;

import dev.mimic.flow.Flow;

/** The resources of lines about flows. */
interface FlowLines extends Lines {

  /** Returns the end that the line examines. */
  Flow near();

  /** Returns the peer of the near end. */
  Flow far();

  /** Opens another pair, which is closed when the line ends. */
  FlowPair openPair() throws Exception;

  /** Resets the connection at the far end. */
  default void resetByFar() throws Exception {
    resetByFar(new FlowPair(near(), far()));
  }

  /** Resets the connection at the far end of this pair. */
  void resetByFar(FlowPair pair) throws Exception;

  /** Returns the number of bytes in tests of large transfers. Defaults to 64 MiB. */
  default int manyBytes() {
    return 64 << 20;
  }

  /** Returns the number of concurrent pairs in tests of many pairs. Defaults to 200. */
  default int manyPairs() {
    return 200;
  }
}
