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
 * A flow to the standard input and output of a local process.
 *
 * <p>Two threads copy between the process and a pipe, because the streams of a process support
 * neither timeouts nor interrupts. A third collects standard error. They end with the process. They
 * are platform threads, because a virtual thread that is blocked in such a stream can pin its
 * carrier.
 */
final class ProcessFlow extends ForwardingFlow {
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int MAX_ERROR_BYTES = 4 * 1024;
  private static final Duration ERROR_TEXT_TIMEOUT = Duration.ofSeconds(5);

  private final Process process;
  private final FlowPipe.End far;
  private final Duration exitTimeout;
  private final Thread errorReader;
  private final ByteArrayOutputStream errorText = new ByteArrayOutputStream();
  private volatile boolean broken; // a read or write has failed: close kills the process at once

  private ProcessFlow(Process process, FlowPipe pipe, Duration exitTimeout) {
    super(pipe.near());
    this.process = process;
    this.far = pipe.far();
    this.exitTimeout = exitTimeout;
    this.errorReader = startThread(this::readErrors);
  }

  /**
   * Starts a program.
   *
   * @param exitTimeout the limit on the wait for the program to exit after the flow is closed, and
   *     before it is killed
   */
  static Flow start(ProcessBuilder program, Duration exitTimeout) throws IOException {
    Process process = program.start();
    FlowInfo info = FlowInfo.of("program", "pipe", String.join(" ", program.command()));
    FlowPipe pipe = FlowPipe.builder().info(info, info).build();
    ProcessFlow flow = new ProcessFlow(process, pipe, exitTimeout);
    Thread unused = startThread(flow::receive);
    unused = startThread(flow::send);
    return flow;
  }

  private static Thread startThread(Runnable task) {
    return Thread.ofPlatform().daemon().name("mimic program").start(task);
  }

  private void receive() {
    try (InputStream from = process.getInputStream()) {
      long unused = from.transferTo(far.outputStream());
      far.shutdownOutput();
    } catch (IOException e) {
      far.reset(); // the flow was closed, or the process was killed
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
      // The process has exited, which its status reports, or the flow was closed.
    }
  }

  private void readErrors() {
    byte[] chunk = new byte[MAX_ERROR_BYTES];
    try (InputStream from = process.getErrorStream()) {
      for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
        int room = MAX_ERROR_BYTES - errorText.size();
        errorText.write(chunk, 0, Math.min(count, room));
      }
    } catch (IOException e) {
      // The process was killed.
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

  /** Throws an exception with the errors that the process has printed, if it has failed. */
  private void checkStatus() throws IOException {
    try {
      if (process.waitFor(exitTimeout.toMillis(), TimeUnit.MILLISECONDS)
          && process.exitValue() != 0) {
        errorReader.join(ERROR_TEXT_TIMEOUT);
        String why = OneLine.of(errorText.toString(UTF_8));
        int status = process.exitValue();
        throw new IOException(why.isEmpty() ? "git exited with status " + status : why);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    }
  }

  /**
   * {@inheritDoc} Waits up to the exit timeout, because the process can still run hooks. Kills it
   * and its descendants if the time passes, the thread is interrupted, or a read or write has
   * failed.
   */
  @Override
  public void close() throws IOException {
    super.close();
    boolean interrupted = false;
    try {
      if (!broken) {
        broken = !process.waitFor(exitTimeout.toMillis(), TimeUnit.MILLISECONDS);
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
