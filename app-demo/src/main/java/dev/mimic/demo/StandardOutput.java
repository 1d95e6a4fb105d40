package dev.mimic.demo;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Standard output, for bytes as they are. {@link System#out} keeps its failures to itself; here
 * they are noticed, by {@link #flush}.
 */
final class StandardOutput extends OutputStream {

  /**
   * Flushes standard output.
   *
   * @throws IOException if something that was ever printed could not be written: the disk is full,
   *     or nobody reads any more
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
}
