package dev.mimic.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mimic.inmemory.Decision;
import dev.mimic.inmemory.Transfer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * The change of a connection from a plain pipe to transits, which the first link, rule or fault
 * causes, while its bytes are on their way.
 */
public final class NetworkDiversion {
  // More than the pipe holds, so that the writer waits.
  private static final int LARGE = 100_000;

  private NetworkDiversion() {}

  /** The change by the writer, between its writes. */
  @JCStressTest
  @Outcome(id = "donedonedone, abcd\\.", expect = ACCEPTABLE, desc = "All bytes, in order.")
  @Outcome(expect = FORBIDDEN, desc = "Bytes are lost, doubled or out of order.")
  @State
  public static class BetweenWrites {
    final Connected pair = new Connected();

    @Actor
    public void write(LL_Result r) {
      String first = Calls.write(pair.client, "ab");
      pair.divert();
      r.r1 = first + Calls.write(pair.client, "cd") + Calls.run(pair.client::shutdownOutput);
    }

    @Actor
    public void read(LL_Result r) {
      r.r2 = Calls.readToEnd(pair.server);
    }
  }

  /** The change by the reader, during writes. */
  @JCStressTest
  @Outcome(id = "donedonedone, abcd\\.", expect = ACCEPTABLE, desc = "All bytes, in order.")
  @Outcome(expect = FORBIDDEN, desc = "Bytes are lost, doubled or out of order.")
  @State
  public static class DuringWrites {
    final Connected pair = new Connected();

    @Actor
    public void write(LL_Result r) {
      r.r1 =
          Calls.write(pair.client, "ab")
              + Calls.write(pair.client, "cd")
              + Calls.run(pair.client::shutdownOutput);
    }

    @Actor
    public void read(LL_Result r) {
      pair.divert();
      r.r2 = Calls.readToEnd(pair.server);
    }
  }

  /** The change during a write that waits for room. */
  @JCStressTest
  @Outcome(id = "done, in order", expect = ACCEPTABLE, desc = "All bytes, in order.")
  @Outcome(expect = FORBIDDEN, desc = "Bytes are lost, doubled or out of order.")
  @State
  public static class DuringBlockedWrite {
    final Connected pair = new Connected();

    @Actor
    public void write(LL_Result r) {
      r.r1 = Calls.writePattern(pair.client, LARGE);
    }

    @Actor
    public void read(LL_Result r) {
      pair.divert();
      r.r2 = Calls.readPattern(pair.server, LARGE, 20_000);
    }
  }

  /** The change during a write by callbacks. */
  @JCStressTest
  @Outcome(id = "done, in order", expect = ACCEPTABLE, desc = "All bytes, in order.")
  @Outcome(expect = FORBIDDEN, desc = "A wake-up is lost, or bytes are.")
  @State
  public static class DuringCallbacks {
    final Connected pair = new Connected();

    @Actor
    public void write(LL_Result r) {
      r.r1 = Calls.run(() -> PipeCallbacks.writeAll(pair.client, Calls.pattern(LARGE)));
    }

    @Actor
    public void read(LL_Result r) {
      pair.divert();
      r.r2 = Calls.readPattern(pair.server, LARGE, 50_000);
    }
  }

  /** The change during a copy that is done without the lock: rules see where the bytes are. */
  @JCStressTest
  @Outcome(id = "done, 0", expect = ACCEPTABLE, desc = "The rule sees the right positions.")
  @Outcome(expect = FORBIDDEN, desc = "A position is wrong.")
  @State
  public static class PositionsOfLargeCopies {
    private static final int COUNT = 20_000;

    final Connected pair = new Connected();
    volatile long end = COUNT; // as the rule saw it last

    @Actor
    public void write(LL_Result r) {
      r.r1 = Calls.writePattern(pair.client, COUNT / 2);
      r.r1 = Calls.writePattern(pair.client, COUNT / 2);
    }

    @Actor
    public void inject() {
      boolean unused =
          pair.network.inject(
                  transfer -> {
                    if (transfer.kind() == Transfer.Kind.BYTES) {
                      end = transfer.position() + transfer.bytes().remaining();
                    }
                    return Decision.pass();
                  })
              != null;
    }

    @Arbiter
    public void compare(LL_Result r) {
      r.r2 = COUNT - end;
    }
  }

  /** The change during the close of the writer. */
  @JCStressTest
  @Outcome(id = "done, ab\\.", expect = ACCEPTABLE, desc = "The bytes, then the end.")
  @Outcome(expect = FORBIDDEN, desc = "Bytes or the end are lost.")
  @State
  public static class DuringClose {
    final Connected pair = new Connected();

    @Actor
    public void write(LL_Result r) {
      r.r1 = Calls.write(pair.client, "ab");
      pair.client.close();
    }

    @Actor
    public void read(LL_Result r) {
      pair.divert();
      r.r2 = Calls.readToEnd(pair.server);
    }
  }

  /** The change during a reset by the writer. */
  @JCStressTest
  @Outcome(id = "done, abgone", expect = ACCEPTABLE, desc = "The bytes, then the reset.")
  @Outcome(expect = FORBIDDEN, desc = "Bytes or the reset are lost.")
  @State
  public static class DuringReset {
    final Connected pair = new Connected();

    @Actor
    public void write(LL_Result r) {
      r.r1 = Calls.write(pair.client, "ab");
      pair.client.reset();
    }

    @Actor
    public void read(LL_Result r) {
      pair.divert();
      r.r2 = Calls.readToEnd(pair.server);
    }
  }

  /** The change during a close of the reader, against a write that waits for room. */
  @JCStressTest
  @Outcome(id = "gone, gone", expect = ACCEPTABLE, desc = "The writer is woken.")
  @Outcome(id = "done, gone", expect = ACCEPTABLE, desc = "Accepted while the reset was under way.")
  @Outcome(expect = FORBIDDEN, desc = "The writer is not woken.")
  @State
  public static class DuringBlockedWriteAndReset {
    final Connected pair = new Connected();

    @Actor
    public void write(LL_Result r) {
      r.r1 = Calls.writePattern(pair.client, 4 * LARGE);
    }

    @Actor
    public void reset() {
      pair.divert();
      pair.server.reset();
    }

    @Arbiter
    public void read(LL_Result r) {
      r.r2 = Calls.read(pair.client, 1);
    }
  }
}
