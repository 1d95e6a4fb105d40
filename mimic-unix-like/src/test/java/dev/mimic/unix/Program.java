package dev.mimic.unix;

import dev.mimic.peers.Programs;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running program, which {@link #close} kills. */
final class Program implements Closeable {
  private final Process process;

  private Program(Process process) {
    this.process = process;
  }

  /** Starts a program. Skips the test if it is not installed. */
  static Program start(String... command) throws IOException {
    String unused = Programs.find(command[0]);
    return new Program(new ProcessBuilder(command).start());
  }

  OutputStream input() {
    return process.getOutputStream();
  }

  /** Waits until the program ends and returns its output. */
  byte[] output() throws IOException {
    return process.getInputStream().readAllBytes();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for an error line that contains a match, and returns the first group of the match. */
  String awaitError(String pattern) throws IOException {
    BufferedReader errors = process.errorReader();
    for (String line = errors.readLine(); line != null; line = errors.readLine()) {
      Matcher found = Pattern.compile(pattern).matcher(line);
      if (found.find()) {
        return found.group(1);
      }
    }
    throw new IOException("the program ended, and its errors had no line like " + pattern);
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        throw new IOException("the program does not end: " + process);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
