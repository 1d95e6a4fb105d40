package dev.mimic.demo;

import java.io.IOException;
import java.io.OutputStream;

/** An output that accepts a number of bytes, and then fails. */
final class FullDisk extends OutputStream {
  private int left;

  FullDisk(int bytes) {
    left = bytes;
  }

  @Override
  public void write(int b) throws IOException {
    if (left == 0) {
      throw new IOException("No space left on device");
    }
    left--;
  }
}
