package dev.mimic.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;

/** A sequence of bytes whose values depend on their positions. */
record PatternBytes(long size) {
  private static final int PERIOD = 95; // the printable characters; not a power of two
  private static final int CHUNK = 10_007;

  private static byte at(long position) {
    return (byte) (' ' + (position + position / PERIOD) % PERIOD);
  }

  InputStream stream() {
    return new InputStream() {
      private long position;

      @Override
      public int read() {
        return position == size ? -1 : at(position++);
      }

      @Override
      public int read(byte[] to, int offset, int length) {
        if (position == size) {
          return -1;
        }
        int count = (int) Math.min(Math.min(length, CHUNK), size - position);
        for (int i = 0; i < count; i++) {
          to[offset + i] = at(position++);
        }
        return count;
      }
    };
  }

  /** Writes the whole sequence and counts the written bytes. */
  void writeTo(OutputStream to, AtomicLong count) throws IOException {
    byte[] chunk = new byte[CHUNK];
    InputStream from = stream();
    for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
      to.write(chunk, 0, read);
      count.addAndGet(read);
    }
  }

  String text() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writeTo(bytes, new AtomicLong());
    return bytes.toString(ISO_8859_1);
  }

  /** Reads to the end, checks each byte, and returns the number of bytes. */
  static long verified(InputStream from) throws IOException {
    byte[] chunk = new byte[64 * 1024];
    long position = 0;
    for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
      for (int i = 0; i < read; i++) {
        if (chunk[i] != at(position++)) {
          throw new AssertionError("wrong byte at position " + (position - 1));
        }
      }
    }
    return position;
  }
}
