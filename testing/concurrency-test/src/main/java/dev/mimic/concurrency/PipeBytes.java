package dev.mimic.concurrency;

import static dev.mimic.concurrency.Calls.pattern;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mimic.flow.FlowPipe;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** Writes and reads of a pipe: every byte arrives once and in order. */
public final class PipeBytes {
  private PipeBytes() {}

  private static FlowPipe pipe(int capacity) {
    return FlowPipe.builder().capacity(capacity).build();
  }

  /** Two writes against reads that can block. */
  @JCStressTest
  @Outcome(id = "donedone, abcd", expect = ACCEPTABLE, desc = "All bytes, in order.")
  @Outcome(expect = FORBIDDEN, desc = "Bytes are lost, doubled or out of order.")
  @State
  public static class WritesAndReads {
    final FlowPipe pipe = FlowPipe.create();

    @Actor
    public void write(LL_Result r) {
      r.r1 = Calls.write(pipe.near(), "ab") + Calls.write(pipe.near(), "cd");
    }

    @Actor
    public void read(LL_Result r) {
      r.r2 = Calls.readFully(pipe.far(), 4, 3);
    }
  }

  /** A write that exceeds the capacity, so that both sides wait for each other. */
  @JCStressTest
  @Outcome(id = "done, abcdefghijklmnop", expect = ACCEPTABLE, desc = "All bytes, in order.")
  @Outcome(expect = FORBIDDEN, desc = "Bytes are lost, doubled or out of order.")
  @State
  public static class FullPipe {
    final FlowPipe pipe = pipe(4);

    @Actor
    public void write(LL_Result r) {
      r.r1 = Calls.write(pipe.near(), "abcdefghijklmnop");
    }

    @Actor
    public void read(LL_Result r) {
      r.r2 = Calls.readFully(pipe.far(), 16, 3);
    }
  }

  /** Copies that are large enough to be done without the lock. */
  @JCStressTest
  @Outcome(id = "done, in order", expect = ACCEPTABLE, desc = "All bytes, in order.")
  @Outcome(expect = FORBIDDEN, desc = "Bytes are lost, doubled or out of order.")
  @State
  public static class LargeCopies {
    final FlowPipe pipe = pipe(4096);

    @Actor
    public void write(LL_Result r) {
      r.r1 = Calls.writePattern(pipe.near(), 10_000);
    }

    @Actor
    public void read(LL_Result r) {
      r.r2 = Calls.readPattern(pipe.far(), 10_000, 3000);
    }
  }

  /** Writes that do not block against reads that do. */
  @JCStressTest
  @Outcome(id = "in order", expect = ACCEPTABLE, desc = "All bytes, in order.")
  @Outcome(expect = FORBIDDEN, desc = "Bytes are lost, doubled or out of order.")
  @State
  public static class TriedWrites {
    final FlowPipe pipe = pipe(2048);

    @Actor
    public void write() {
      ByteBuffer src = pattern(6000);
      String unused =
          Calls.run(
              () -> {
                while (src.hasRemaining() && !Thread.currentThread().isInterrupted()) {
                  if (pipe.near().tryWrite(src) == 0) {
                    Thread.onSpinWait();
                  }
                }
              });
    }

    @Actor
    public void read(L_Result r) {
      r.r1 = Calls.readPattern(pipe.far(), 6000, 1500);
    }
  }

  /** Two writers: the bytes of one write stay together. */
  @JCStressTest
  @Outcome(id = "done, done, aaaabbbb", expect = ACCEPTABLE, desc = "The first actor came first.")
  @Outcome(id = "done, done, bbbbaaaa", expect = ACCEPTABLE, desc = "The second one came first.")
  @Outcome(expect = FORBIDDEN, desc = "Bytes are lost, doubled or mixed.")
  @State
  public static class TwoWriters {
    final FlowPipe pipe = pipe(8);

    @Actor
    public void first(LLL_Result r) {
      r.r1 = Calls.write(pipe.near(), "aaaa");
    }

    @Actor
    public void second(LLL_Result r) {
      r.r2 = Calls.write(pipe.near(), "bbbb");
    }

    @Arbiter
    public void read(LLL_Result r) {
      r.r3 = Calls.readFully(pipe.far(), 8, 8);
    }
  }

  /** Two writers of copies that are done without the lock. */
  @JCStressTest
  @Outcome(id = "done, done, in order", expect = ACCEPTABLE, desc = "One after the other.")
  @Outcome(expect = FORBIDDEN, desc = "Bytes are lost, doubled or mixed.")
  @State
  public static class TwoLargeWriters {
    final FlowPipe pipe = pipe(2 * 2510); // a multiple of the period of the pattern

    @Actor
    public void first(LLL_Result r) {
      r.r1 = Calls.writePattern(pipe.near(), 2510);
    }

    @Actor
    public void second(LLL_Result r) {
      r.r2 = Calls.writePattern(pipe.near(), 2510);
    }

    @Arbiter
    public void read(LLL_Result r) {
      r.r3 = Calls.readPattern(pipe.far(), 2 * 2510, 1700);
    }
  }

  /** Two readers, of which one also writes: each byte goes to one of them. */
  @JCStressTest
  @Outcome(id = "a, b", expect = ACCEPTABLE, desc = "The blocked reader came first.")
  @Outcome(id = "b, a", expect = ACCEPTABLE, desc = "The other reader came first.")
  @Outcome(expect = FORBIDDEN, desc = "A byte is lost or doubled.")
  @State
  public static class TwoReaders {
    final FlowPipe pipe = FlowPipe.create();

    @Actor
    public void read(LL_Result r) {
      r.r1 = Calls.read(pipe.far(), 1);
    }

    @Actor
    public void writeAndRead(LL_Result r) {
      String unused = Calls.write(pipe.near(), "ab");
      r.r2 = Calls.read(pipe.far(), 1);
    }
  }
}
