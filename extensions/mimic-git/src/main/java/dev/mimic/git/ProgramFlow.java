package dev.mimic.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.ForwardingFlow;
import dev.mimic.flow.PeerGoneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The standard input and output of a program of this machine. Three threads copy between the
 * program and a pipe, because the JDK's streams of a process know neither time-outs nor interrupts;
 * they end with the program. They are platform threads: a virtual one that is blocked in such a
 * stream can keep its carrier.
 */
final class ProgramFlow extends ForwardingFlow {
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int ERROR_BYTES = 4 * 1024;
  private static final Duration KILLED = Duration.ofSeconds(5);

  private final Process process;
  private final FlowPipe.End far;
  private final Duration ending;
  private final Thread errors;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private volatile boolean broken;

  private ProgramFlow(Process process, FlowPipe pipe, Duration ending) {
    super(pipe.near());
    this.process = process;
    this.far = pipe.far();
    this.ending = ending;
    this.errors = start(this::keepErrors);
  }

  /**
   * Starts a program.
   *
   * @param ending how long it may run on when the flow is closed, before it is killed
   */
  static Flow start(ProcessBuilder program, Duration ending) throws IOException {
    Process process = program.start();
    FlowInfo info = FlowInfo.of("program", "pipe", String.join(" ", program.command()));
    FlowPipe pipe = FlowPipe.builder().info(info, info).build();
    ProgramFlow flow = new ProgramFlow(process, pipe, ending);
    Thread unused = start(flow::receive);
    unused = start(flow::send);
    return flow;
  }

  private static Thread start(Runnable copying) {
    return Thread.ofPlatform().daemon().name("mimic program").start(copying);
  }

  private void receive() {
    try (InputStream from = process.getInputStream()) {
      long unused = from.transferTo(far.outputStream());
      far.shutdownOutput();
    } catch (IOException e) {
      far.reset(); // the flow is closed, or the program is killed
    }
  }

  private void send() {
    try (OutputStream to = process.getOutputStream();
        InputStream from = far.inputStream()) {
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
        to.write(chunk, 0, count);
        to.flush();
      }
    } catch (IOException e) {
      // The program has ended, which its status tells, or the flow is closed.
    }
  }

  private void keepErrors() {
    byte[] chunk = new byte[ERROR_BYTES];
    try (InputStream from = process.getErrorStream()) {
      for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
        said.write(chunk, 0, Math.min(count, ERROR_BYTES - Math.min(said.size(), ERROR_BYTES)));
      }
    } catch (IOException e) {
      // The program is killed.
    }
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    try {
      int count = super.read(dst);
      if (count < 0) {
        checkStatus();
      }
      return count;
    } catch (IOException e) {
      broken = true;
      throw e;
    }
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    return (int) write(new ByteBuffer[] {src}, 0, 1);
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    try {
      return super.write(srcs, offset, length);
    } catch (IOException e) {
      broken = true;
      if (e instanceof PeerGoneException) {
        checkStatus();
      }
      throw e;
    }
  }

  /** Throws what the program has said last, if it has failed. */
  private void checkStatus() throws IOException {
    try {
      if (process.waitFor(ending.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() != 0) {
        errors.join(KILLED);
        String why = OneLine.of(said.toString(UTF_8));
        int status = process.exitValue();
        throw new IOException(why.isEmpty() ? "it ended with status " + status : why);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    }
  }

  /** {@inheritDoc} Waits for the program, which may have hooks to run; a broken one is killed. */
  @Override
  public void close() throws IOException {
    super.close();
    boolean interrupted = false;
    try {
      if (!broken) {
        broken = !process.waitFor(ending.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (broken || interrupted) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    far.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
