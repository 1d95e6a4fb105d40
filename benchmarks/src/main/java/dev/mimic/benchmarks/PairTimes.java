package dev.mimic.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The time that Mimic and a peer took in an iteration, in which they take turns. */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class PairTimes {
  public long mimicNanos;
  public long peerNanos;

  private boolean peerFirst;

  /** One's share of the work. */
  interface Work {
    void run() throws Exception;
  }

  /** Runs both. They alternate in which comes first, so that neither always follows the other. */
  void add(Work mimic, Work peer) throws Exception {
    peerFirst = !peerFirst;
    if (peerFirst) {
      peerNanos += nanosOf(peer);
      mimicNanos += nanosOf(mimic);
    } else {
      mimicNanos += nanosOf(mimic);
      peerNanos += nanosOf(peer);
    }
  }

  private static long nanosOf(Work work) throws Exception {
    long begin = System.nanoTime();
    work.run();
    return System.nanoTime() - begin;
  }
}
