package dev.mimic.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.common.primitives.Bytes;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A peer's side of a conversation that begins with lines, each of which has its length in front
 * (gitprotocol-common(5), "pkt-line Format"). A subclass is shown each line before it is read. At
 * most one line is held in memory, and nothing is read ahead.
 */
abstract class PacketLines extends FilterInputStream {
  private static final int LENGTH_DIGITS = 4;

  private ByteArrayInputStream now = new ByteArrayInputStream(new byte[0]);
  private boolean isOver;

  /** Makes one of a stream that is at the beginning of a line. */
  PacketLines(InputStream in) {
    super(in);
  }

  /** Returns whether a line is passed on. */
  abstract boolean passes(byte[] content) throws IOException;

  /**
   * Returns whether more lines follow these four digits, of which no line has come.
   *
   * @param length 0 for a flush, 1 for a delimiter, negative if they are no digits
   */
  abstract boolean goesOn(byte[] digits, int length) throws IOException;

  /** Has what follows the line that is being passed on, or left out, read as it is. */
  final void end() {
    isOver = true;
  }

  @Override
  public int read() throws IOException {
    return advance() ? now.read() : in.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    return advance() ? now.read(bytes, offset, length) : in.read(bytes, offset, length);
  }

  @Override
  public long skip(long count) throws IOException {
    return readNBytes((int) Math.min(count, Short.MAX_VALUE)).length;
  }

  @Override
  public int available() throws IOException {
    return now.available() > 0 || !isOver ? now.available() : in.available();
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** Returns whether there are bytes of a line to be read. */
  private boolean advance() throws IOException {
    while (now.available() == 0 && !isOver) {
      now = new ByteArrayInputStream(next());
    }
    return now.available() > 0;
  }

  /** Returns the next line with its length in front, or nothing if it is left out. */
  private byte[] next() throws IOException {
    byte[] digits = in.readNBytes(LENGTH_DIGITS);
    int length = length(digits);
    if (length < LENGTH_DIGITS) {
      isOver = digits.length < LENGTH_DIGITS || !goesOn(digits, length);
      return digits;
    }
    byte[] content = in.readNBytes(length - LENGTH_DIGITS);
    isOver = content.length < length - LENGTH_DIGITS;
    return passes(content) ? Bytes.concat(digits, content) : new byte[0];
  }

  private static int length(byte[] digits) {
    String text = new String(digits, ISO_8859_1);
    return text.matches("[0-9a-fA-F]{4}") ? Integer.parseInt(text, 16) : -1;
  }
}
