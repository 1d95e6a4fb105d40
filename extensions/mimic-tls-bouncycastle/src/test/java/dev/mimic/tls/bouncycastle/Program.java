package dev.mimic.tls.bouncycastle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A program of this machine, all that it prints, and its end when it is closed. */
final class Program implements Closeable {
  private static final long LIMIT_SECONDS = 30;

  private final Process process;
  private final Thread pump;

  private final ReentrantLock lock = new ReentrantLock(); // guards printed, awaited and ended
  private final Condition more = lock.newCondition();
  private final StringBuilder printed = new StringBuilder();
  private int awaited; // up to where the text was looked at
  private boolean ended;

  private Program(Process process) {
    this.process = process;
    this.pump = Thread.ofPlatform().daemon().name("output of " + process.pid()).start(this::pump);
  }

  /** Starts the program; where it is not installed, the test is skipped. */
  static Program start(List<String> command) throws IOException {
    String name = command.get(0);
    boolean installed =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    assumeTrue(installed, name + " is not installed here");
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

  /** Types a line; a program that has commands takes those that come alone. */
  void type(String line) throws IOException {
    process.outputWriter(ISO_8859_1).append(line).append('\n').flush();
  }

  /** Ends its input. */
  void endInput() throws IOException {
    process.getOutputStream().close();
  }

  OutputStream input() {
    return process.getOutputStream();
  }

  /** Waits until it has printed this, after what was awaited before. */
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
              "it %s without printing \"%s\":%n%s"
                  .formatted(ended ? "ended" : "waits", pattern, printed));
        }
        left = more.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for its end, and returns all that it has printed. */
  String transcript() throws IOException, InterruptedException {
    awaitEnd();
    return printedSoFar();
  }

  /** Waits for its end. */
  int awaitEnd() throws IOException, InterruptedException {
    return awaitEnd(LIMIT_SECONDS);
  }

  /** Waits for its end, so long at most. */
  int awaitEnd(long seconds) throws IOException, InterruptedException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new IOException("it does not end: " + process + "\n" + printedSoFar());
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

  /** Ends it at once, whatever it does. */
  @Override
  public void close() throws IOException {
    kill();
  }

  /** Ends it at once, as {@link #close} does. */
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
