package dev.mimic.concurrency;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mimic.flow.FlowPipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Callbacks of a pipe: each is called once, whenever it was registered. */
public final class PipeCallbacks {
  private PipeCallbacks() {}

  /** Writes all, without blocking; waits for the callback of {@code onWritable}. */
  static void writeAll(FlowPipe.End end, ByteBuffer src) throws IOException {
    Semaphore due = new Semaphore(0);
    while (src.hasRemaining()) {
      if (end.tryWrite(src) == 0) {
        end.onWritable(due::release);
        acquire(due);
      }
    }
  }

  /** Reads to the end, without blocking; waits for the callback of {@code onReadable}. */
  static String readAll(FlowPipe.End end) throws IOException {
    Semaphore due = new Semaphore(0);
    StringBuilder all = new StringBuilder();
    ByteBuffer dst = ByteBuffer.allocate(2);
    int count = 0;
    while (count >= 0) {
      count = end.tryRead(dst.clear());
      all.append(US_ASCII.decode(dst.flip()));
      if (count == 0) {
        end.onReadable(due::release);
        acquire(due);
      }
    }
    return all.toString();
  }

  private static void acquire(Semaphore due) throws IOException {
    try {
      due.acquire();
    } catch (InterruptedException e) {
      throw new IOException("a callback was not called", e);
    }
  }

  /** A registration of a reader against a write. */
  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "Called once.")
  @Outcome(expect = FORBIDDEN, desc = "A wake-up is lost or doubled.")
  @State
  public static class ReadableAndWrite {
    final FlowPipe pipe = FlowPipe.create();
    final AtomicInteger calls = new AtomicInteger();

    @Actor
    public void register() {
      pipe.far().onReadable(calls::incrementAndGet);
    }

    @Actor
    public void write() {
      String unused = Calls.write(pipe.near(), "a");
    }

    @Arbiter
    public void count(I_Result r) {
      r.r1 = calls.get();
    }
  }

  /** A registration of a reader against the peer's close. */
  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "Called once.")
  @Outcome(expect = FORBIDDEN, desc = "A wake-up is lost or doubled.")
  @State
  public static class ReadableAndPeerClose {
    final FlowPipe pipe = FlowPipe.create();
    final AtomicInteger calls = new AtomicInteger();

    @Actor
    public void register() {
      pipe.far().onReadable(calls::incrementAndGet);
    }

    @Actor
    public void close() {
      pipe.near().close();
    }

    @Arbiter
    public void count(I_Result r) {
      r.r1 = calls.get();
    }
  }

  /** Registrations of both kinds against the close of the same end. */
  @JCStressTest
  @Outcome(id = "2", expect = ACCEPTABLE, desc = "Called once each.")
  @Outcome(expect = FORBIDDEN, desc = "A wake-up is lost or doubled.")
  @State
  public static class RegistrationsAndClose {
    final FlowPipe pipe = FlowPipe.builder().capacity(1).build();
    final AtomicInteger calls = new AtomicInteger();

    public RegistrationsAndClose() {
      String unused = Calls.write(pipe.near(), "a");
    }

    @Actor
    public void register() {
      pipe.near().onReadable(calls::incrementAndGet);
      pipe.near().onWritable(calls::incrementAndGet);
    }

    @Actor
    public void close() {
      pipe.near().close();
    }

    @Arbiter
    public void count(I_Result r) {
      r.r1 = calls.get();
    }
  }

  /** A registration of a writer without room against a read. */
  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "Called once.")
  @Outcome(expect = FORBIDDEN, desc = "A wake-up is lost or doubled.")
  @State
  public static class WritableAndRead {
    final FlowPipe pipe = FlowPipe.builder().capacity(1).build();
    final AtomicInteger calls = new AtomicInteger();

    public WritableAndRead() {
      String unused = Calls.write(pipe.near(), "a");
    }

    @Actor
    public void register() {
      pipe.near().onWritable(calls::incrementAndGet);
    }

    @Actor
    public void read() {
      String unused = Calls.read(pipe.far(), 1);
    }

    @Arbiter
    public void count(I_Result r) {
      r.r1 = calls.get();
    }
  }

  /** A registration of a writer without room against the peer's close. */
  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "Called once.")
  @Outcome(expect = FORBIDDEN, desc = "A wake-up is lost or doubled.")
  @State
  public static class WritableAndPeerClose {
    final FlowPipe pipe = FlowPipe.builder().capacity(1).build();
    final AtomicInteger calls = new AtomicInteger();

    public WritableAndPeerClose() {
      String unused = Calls.write(pipe.near(), "a");
    }

    @Actor
    public void register() {
      pipe.near().onWritable(calls::incrementAndGet);
    }

    @Actor
    public void close() {
      pipe.far().close();
    }

    @Arbiter
    public void count(I_Result r) {
      r.r1 = calls.get();
    }
  }

  /** A stream that both sides move without blocking, by callbacks alone. */
  @JCStressTest
  @Outcome(id = "done, abcdefgh", expect = ACCEPTABLE, desc = "All bytes, in order.")
  @Outcome(expect = FORBIDDEN, desc = "A wake-up is lost, or bytes are.")
  @State
  public static class StreamByCallbacks {
    final FlowPipe pipe = FlowPipe.builder().capacity(3).build();

    @Actor
    public void write(LL_Result r) {
      r.r1 =
          Calls.run(
              () -> {
                writeAll(pipe.near(), Calls.bytes("abcdefgh"));
                pipe.near().shutdownOutput();
              });
    }

    @Actor
    public void read(LL_Result r) {
      r.r2 = Calls.outcome(() -> readAll(pipe.far()));
    }
  }
}
