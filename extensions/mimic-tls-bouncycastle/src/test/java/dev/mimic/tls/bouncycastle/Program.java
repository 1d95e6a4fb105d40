package dev.mimic.tls.bouncycastle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.mimic.peers.Programs;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running program whose output is recorded, and which {@link #close} kills. */
final class Program implements Closeable {
  private static final long LIMIT_SECONDS = 30;

  private final Process process;
  private final Thread pump;

  private final ReentrantLock lock = new ReentrantLock(); // guards printed, awaited and ended
  private final Condition more = lock.newCondition();
  private final StringBuilder printed = new StringBuilder();
  private int awaited; // the end of the last match
  private boolean ended;

  private Program(Process process) {
    this.process = process;
    this.pump = Thread.ofPlatform().daemon().name("output of " + process.pid()).start(this::pump);
  }

  /** Starts a program. Skips the test if it is not installed. */
  static Program start(List<String> command) throws IOException {
    String unused = Programs.find(command.get(0));
    return new Program(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  static Program start(String... command) throws IOException {
    return start(List.of(command));
  }

  private void pump() {
    byte[] bytes = new byte[8192];
    try (InputStream output = process.getInputStream()) {
      for (int count = output.read(bytes); count >= 0; count = output.read(bytes)) {
        append(new String(bytes, 0, count, ISO_8859_1), false);
      }
    } catch (IOException e) {
      append("\n" + e, false);
    } finally {
      append("", true);
    }
  }

  private void append(String text, boolean isEnd) {
    lock.lock();
    try {
      printed.append(text);
      ended |= isEnd;
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Writes a line to the input, in one write, as programs with commands expect. */
  void type(String line) throws IOException {
    process.outputWriter(ISO_8859_1).append(line).append('\n').flush();
  }

  /** Closes the input of the program. */
  void endInput() throws IOException {
    process.getOutputStream().close();
  }

  OutputStream input() {
    return process.getOutputStream();
  }

  /** Waits until the output after the previous match contains a match of {@code pattern}. */
  MatchResult await(String pattern) throws IOException, InterruptedException {
    long left = TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    lock.lock();
    try {
      while (true) {
        Matcher found = Pattern.compile(pattern).matcher(printed);
        if (found.find(awaited)) {
          awaited = found.end();
          return found.toMatchResult();
        }
        if (ended || left <= 0) {
          throw new IOException(
              "the program %s without printing \"%s\":%n%s"
                  .formatted(ended ? "ended" : "is waiting", pattern, printed));
        }
        left = more.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the program ends and returns its whole output. */
  String transcript() throws IOException, InterruptedException {
    awaitEnd();
    return printedSoFar();
  }

  /** Waits until the program ends and returns its exit code. */
  int awaitEnd() throws IOException, InterruptedException {
    return awaitEnd(LIMIT_SECONDS);
  }

  /** Waits at most {@code seconds} until the program ends and returns its exit code. */
  int awaitEnd(long seconds) throws IOException, InterruptedException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new IOException("the program does not end: " + process + "\n" + printedSoFar());
    }
    pump.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
    return process.exitValue();
  }

  String printedSoFar() {
    lock.lock();
    try {
      return printed.toString();
    } finally {
      lock.unlock();
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() throws IOException {
    kill();
  }

  /** Kills the program and waits for its end. */
  void kill() throws IOException {
    process.destroyForcibly();
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("the program does not end: " + process);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
