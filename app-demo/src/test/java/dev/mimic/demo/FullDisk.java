package dev.mimic.demo;

import java.io.IOException;
import java.io.OutputStream;

/** Takes some bytes, and then none. */
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
