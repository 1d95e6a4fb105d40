package dev.mimic.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mimic.flow.FlowPipe;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** Closes, resets, shutdowns, interrupts and timeouts of a pipe during reads and writes. */
public final class PipeEnds {
  private PipeEnds() {}

  /** The end of the output against a read. */
  @JCStressTest
  @Outcome(id = "ab\\.", expect = ACCEPTABLE, desc = "The bytes, then the end.")
  @Outcome(expect = FORBIDDEN, desc = "The end overtakes bytes, or is not seen.")
  @State
  public static class ShutdownOutputAndRead {
    final FlowPipe pipe = FlowPipe.create();

    @Actor
    public void write() {
      String unused = Calls.write(pipe.near(), "ab") + Calls.run(pipe.near()::shutdownOutput);
    }

    @Actor
    public void read(L_Result r) {
      r.r1 = Calls.readToEnd(pipe.far());
    }
  }

  /** The close of the writer against a read. */
  @JCStressTest
  @Outcome(id = "ab\\.", expect = ACCEPTABLE, desc = "The bytes, then the end.")
  @Outcome(expect = FORBIDDEN, desc = "The close overtakes bytes, or is not seen.")
  @State
  public static class WriterCloseAndRead {
    final FlowPipe pipe = FlowPipe.create();

    @Actor
    public void write() {
      String unused = Calls.write(pipe.near(), "ab");
      pipe.near().close();
    }

    @Actor
    public void read(L_Result r) {
      r.r1 = Calls.readToEnd(pipe.far());
    }
  }

  /** The close of the writer in the middle of another thread's write. */
  @JCStressTest
  @Outcome(id = "done, ab\\.", expect = ACCEPTABLE, desc = "The write came first.")
  @Outcome(id = "(closed|async), \\.", expect = ACCEPTABLE, desc = "The close came first.")
  @Outcome(expect = FORBIDDEN, desc = "An accepted write is lost, or a failed one is delivered.")
  @State
  public static class WriterCloseAndWrite {
    final FlowPipe pipe = FlowPipe.create();

    @Actor
    public void write(LL_Result r) {
      r.r1 = Calls.write(pipe.near(), "ab");
    }

    @Actor
    public void close() {
      pipe.near().close();
    }

    @Arbiter
    public void read(LL_Result r) {
      r.r2 = Calls.readToEnd(pipe.far());
    }
  }

  /** The close of the reader against a write, and a read of the writer afterwards. */
  @JCStressTest
  @Outcome(id = "done, gone", expect = ACCEPTABLE, desc = "Bytes left unread reset the writer.")
  @Outcome(id = "gone, gone", expect = ACCEPTABLE, desc = "The close came first.")
  @Outcome(expect = FORBIDDEN, desc = "The writer does not notice that its bytes are lost.")
  @State
  public static class ReaderCloseAndWrite {
    final FlowPipe pipe = FlowPipe.create();

    @Actor
    public void write(LL_Result r) {
      r.r1 = Calls.write(pipe.near(), "ab");
    }

    @Actor
    public void close() {
      pipe.far().close();
    }

    @Arbiter
    public void read(LL_Result r) {
      r.r2 = Calls.read(pipe.near(), 1);
    }
  }

  /** The same, of a pipe that is like TCP. */
  @JCStressTest
  @Outcome(id = "done, gone", expect = ACCEPTABLE, desc = "Bytes left unread reset the writer.")
  @Outcome(id = "done, \\.", expect = ACCEPTABLE, desc = "The close came first.")
  @Outcome(expect = FORBIDDEN, desc = "Not the outcome of TCP.")
  @State
  public static class ReaderCloseAndWriteLikeTcp {
    final FlowPipe pipe = FlowPipe.builder().likeTcp().build();

    @Actor
    public void write(LL_Result r) {
      r.r1 = Calls.write(pipe.near(), "ab");
    }

    @Actor
    public void close() {
      pipe.far().close();
    }

    @Arbiter
    public void read(LL_Result r) {
      r.r2 = Calls.read(pipe.near(), 1);
    }
  }

  /** The close of the reader against a write that waits for room. */
  @JCStressTest
  @Outcome(id = "gone, gone", expect = ACCEPTABLE, desc = "The writer is woken.")
  @Outcome(expect = FORBIDDEN, desc = "The writer is not woken, or is told that all is well.")
  @State
  public static class ReaderCloseAndBlockedWrite {
    final FlowPipe pipe = FlowPipe.builder().capacity(1).build();

    @Actor
    public void write(LL_Result r) {
      r.r1 = Calls.write(pipe.near(), "abc");
    }

    @Actor
    public void close() {
      pipe.far().close();
    }

    @Arbiter
    public void read(LL_Result r) {
      r.r2 = Calls.read(pipe.near(), 1);
    }
  }

  /** The close of an end against its own read and, by the other actor, its own write. */
  @JCStressTest
  @Outcome(id = "(closed|async), (closed|async)", expect = ACCEPTABLE, desc = "Both notice it.")
  @Outcome(expect = FORBIDDEN, desc = "A call is not woken.")
  @State
  public static class CloseAndBlockedRead {
    final FlowPipe pipe = FlowPipe.create();

    @Actor
    public void read(LL_Result r) {
      r.r1 = Calls.read(pipe.near(), 1);
    }

    @Actor
    public void close(LL_Result r) {
      pipe.near().close();
      r.r2 = Calls.write(pipe.near(), "a");
    }
  }

  /** The close of an end against its own write that waits for room. */
  @JCStressTest
  @Outcome(id = "closed|async", expect = ACCEPTABLE, desc = "The writer is woken.")
  @Outcome(expect = FORBIDDEN, desc = "The writer is not woken.")
  @State
  public static class CloseAndBlockedWrite {
    final FlowPipe pipe = FlowPipe.builder().capacity(1).build();

    @Actor
    public void write(L_Result r) {
      r.r1 = Calls.write(pipe.near(), "abc");
    }

    @Actor
    public void close() {
      pipe.near().close();
    }
  }

  /** A reset after a write, against a read. */
  @JCStressTest
  @Outcome(id = "done, (ab)?gone", expect = ACCEPTABLE, desc = "The bytes, if the read came first.")
  @Outcome(expect = FORBIDDEN, desc = "A part of a write, or an end.")
  @State
  public static class ResetAndRead {
    final FlowPipe pipe = FlowPipe.create();

    @Actor
    public void reset(LL_Result r) {
      r.r1 = Calls.write(pipe.near(), "ab");
      pipe.near().reset();
    }

    @Actor
    public void read(LL_Result r) {
      r.r2 = Calls.readToEnd(pipe.far());
    }
  }

  /** A reset after a write, against a read, of a pipe that is like TCP. */
  @JCStressTest
  @Outcome(id = "done, abgone", expect = ACCEPTABLE, desc = "What was written can be read.")
  @Outcome(expect = FORBIDDEN, desc = "Bytes are lost, or an end is seen.")
  @State
  public static class ResetAndReadLikeTcp {
    final FlowPipe pipe = FlowPipe.builder().likeTcp().build();

    @Actor
    public void reset(LL_Result r) {
      r.r1 = Calls.write(pipe.near(), "ab");
      pipe.near().reset();
    }

    @Actor
    public void read(LL_Result r) {
      r.r2 = Calls.readToEnd(pipe.far());
    }
  }

  /** A reset by the reader against a write that waits for room. */
  @JCStressTest
  @Outcome(id = "gone, gone", expect = ACCEPTABLE, desc = "The writer is woken.")
  @Outcome(expect = FORBIDDEN, desc = "The writer is not woken.")
  @State
  public static class ResetAndBlockedWrite {
    final FlowPipe pipe = FlowPipe.builder().capacity(4).likeTcp().build();

    @Actor
    public void write(LL_Result r) {
      r.r1 = Calls.write(pipe.near(), "abcdefgh");
    }

    @Actor
    public void reset() {
      pipe.far().reset();
    }

    @Arbiter
    public void read(LL_Result r) {
      r.r2 = Calls.read(pipe.near(), 1);
    }
  }

  /** A close and a reset of the same end. */
  @JCStressTest
  @Outcome(id = "1, closed, \\.", expect = ACCEPTABLE, desc = "The close came first.")
  @Outcome(id = "1, closed, gone", expect = ACCEPTABLE, desc = "The reset came first.")
  @Outcome(expect = FORBIDDEN, desc = "The action is not called once, or the end is still open.")
  @State
  public static class TwoClosers {
    final AtomicInteger closed = new AtomicInteger();
    final FlowPipe pipe = FlowPipe.builder().onClose(end -> closed.incrementAndGet()).build();

    @Actor
    public void close() {
      pipe.near().close();
    }

    @Actor
    public void reset() {
      pipe.near().reset();
    }

    @Arbiter
    public void read(LLL_Result r) {
      r.r1 = closed.get();
      r.r2 = Calls.read(pipe.near(), 1);
      r.r3 = Calls.read(pipe.far(), 1);
    }
  }

  /** Closes of both ends, with a byte unread. */
  @JCStressTest
  @Outcome(id = "2, closed, closed", expect = ACCEPTABLE, desc = "Both are closed, once each.")
  @Outcome(expect = FORBIDDEN, desc = "An end is not closed, or closed twice.")
  @State
  public static class BothEndsClose {
    final AtomicInteger closed = new AtomicInteger();
    final FlowPipe pipe = FlowPipe.builder().onClose(end -> closed.incrementAndGet()).build();

    @Actor
    public void near() {
      String unused = Calls.write(pipe.near(), "a");
      pipe.near().close();
    }

    @Actor
    public void far() {
      pipe.far().close();
    }

    @Arbiter
    public void read(LLL_Result r) {
      r.r1 = closed.get();
      r.r2 = Calls.read(pipe.near(), 1);
      r.r3 = Calls.write(pipe.far(), "a");
    }
  }

  /** The end of the input against a read that waits. */
  @JCStressTest
  @Outcome(id = "\\., done", expect = ACCEPTABLE, desc = "The reader is woken.")
  @Outcome(expect = FORBIDDEN, desc = "The reader is not woken.")
  @State
  public static class ShutdownInputAndBlockedRead {
    final FlowPipe pipe = FlowPipe.create();

    @Actor
    public void read(LL_Result r) {
      r.r1 = Calls.read(pipe.near(), 1);
    }

    @Actor
    public void shutdown(LL_Result r) {
      r.r2 = Calls.run(pipe.near()::shutdownInput);
    }
  }

  /** The end of the reader's input against a write that waits for room. */
  @JCStressTest
  @Outcome(id = "done", expect = ACCEPTABLE, desc = "The rest is dropped.")
  @Outcome(expect = FORBIDDEN, desc = "The writer is not woken.")
  @State
  public static class ShutdownInputAndBlockedWrite {
    final FlowPipe pipe = FlowPipe.builder().capacity(1).build();

    @Actor
    public void write(L_Result r) {
      r.r1 = Calls.write(pipe.near(), "abc");
    }

    @Actor
    public void shutdown() {
      String unused = Calls.run(pipe.far()::shutdownInput);
    }
  }

  /** A timeout of a read against a write. */
  @JCStressTest
  @Outcome(id = "a, \\.", expect = ACCEPTABLE, desc = "The byte came in time.")
  @Outcome(id = "timeout, a\\.", expect = ACCEPTABLE, desc = "The next read returns it.")
  @Outcome(expect = FORBIDDEN, desc = "The byte is lost or doubled.")
  @State
  public static class ReadTimeoutAndWrite {
    final FlowPipe pipe = FlowPipe.create();

    public ReadTimeoutAndWrite() {
      pipe.far().readTimeout(Duration.ofNanos(20_000));
    }

    @Actor
    public void read(LL_Result r) {
      r.r1 = Calls.read(pipe.far(), 1);
    }

    @Actor
    public void write() {
      String unused = Calls.write(pipe.near(), "a");
    }

    @Arbiter
    public void readRest(LL_Result r) {
      pipe.near().close();
      r.r2 = Calls.readToEnd(pipe.far());
    }
  }

  /** An interrupt of a read against a write. */
  @JCStressTest
  @Outcome(id = "a, done, .*", expect = ACCEPTABLE, desc = "The byte came first.")
  @Outcome(id = "interrupted, (done|gone), closed", expect = ACCEPTABLE, desc = "It is closed.")
  @Outcome(expect = FORBIDDEN, desc = "The byte is lost and the end is open, or it hangs.")
  @State
  public static class InterruptAndWrite {
    final FlowPipe pipe = FlowPipe.create();
    volatile @Nullable Thread reader;
    volatile boolean interrupted;

    @Actor
    public void read(LLL_Result r) {
      reader = Thread.currentThread();
      r.r1 = Calls.read(pipe.far(), 1);
      while (!interrupted) {
        Thread.onSpinWait();
      }
      boolean unused = Thread.interrupted();
    }

    @Actor
    public void interrupt(LLL_Result r) {
      Thread thread = reader;
      while (thread == null) {
        Thread.onSpinWait();
        thread = reader;
      }
      thread.interrupt();
      r.r2 = Calls.write(pipe.near(), "a");
      interrupted = true;
    }

    @Arbiter
    public void check(LLL_Result r) {
      r.r3 = pipe.far().isOpen() ? "open" : "closed";
    }
  }
}
