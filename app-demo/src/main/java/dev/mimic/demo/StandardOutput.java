package dev.mimic.demo;

import dev.mimic.flow.MessageText;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;

/**
 * Standard output as a stream of bytes that reports failures: {@link System#out} only records them.
 */
final class StandardOutput extends OutputStream {

  /**
   * Flushes standard output.
   *
   * @throws IOException if any output so far could not be written: the disk is full, or the reader
   *     has closed the pipe
   */
  static void check() throws IOException {
    if (System.out.checkError()) {
      throw new IOException("cannot write to standard output");
    }
  }

  @Override
  public void write(int b) {
    System.out.write(b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    System.out.write(bytes, offset, length);
  }

  @Override
  public void flush() throws IOException {
    check();
  }

  /** Holds the answer for standard output: each question starts a process. */
  private static final class Output {
    static final boolean IS_TERMINAL = isTerminal(1);
  }

  /**
   * Returns text from others for standard output. On a terminal it is one line without control
   * characters, which could move the cursor. Files and programs get it unchanged.
   */
  static String printable(String text) {
    String escaped = MessageText.oneLine(text, text.length());
    return escaped.equals(text) || !Output.IS_TERMINAL ? text : escaped;
  }

  /**
   * Returns whether a standard stream is a terminal. {@link System#console} answers for standard
   * input and output together, and differs between Java 21 and 25. POSIX has a command for it.
   *
   * @param stream 1 for standard output, 2 for standard error
   */
  static boolean isTerminal(int stream) {
    try {
      ProcessBuilder test = new ProcessBuilder("test", "-t", String.valueOf(stream));
      Process running =
          (stream == 1
                  ? test.redirectOutput(Redirect.INHERIT)
                  : test.redirectError(Redirect.INHERIT))
              .start();
      return running.waitFor() == 0;
    } catch (IOException e) {
      return false; // the system has no such command
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
