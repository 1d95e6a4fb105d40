package dev.mimic.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.common.primitives.Bytes;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream that begins with packet lines, each preceded by its length (gitprotocol-common(5),
 * "pkt-line Format"). A subclass can check or remove each line before it is read. At most one line
 * is held in memory, and nothing is read ahead.
 */
abstract class PacketLines extends FilterInputStream {
  private static final int LENGTH_DIGITS = 4;

  private ByteArrayInputStream current = new ByteArrayInputStream(new byte[0]);
  private boolean isStopped;

  /** Creates a stream from one at the beginning of a line. */
  PacketLines(InputStream in) {
    super(in);
  }

  /** Returns whether a line is kept; otherwise it is removed. */
  abstract boolean accepts(byte[] content) throws IOException;

  /**
   * Returns whether more lines follow four bytes that do not begin a line.
   *
   * @param length 0 for a flush, 1 for a delimiter, negative if the bytes are not digits
   */
  abstract boolean continuesAfter(byte[] digits, int length) throws IOException;

  /** Ends the checks after the current line. The rest of the stream is not changed. */
  final void stopChecking() {
    isStopped = true;
  }

  @Override
  public int read() throws IOException {
    return advance() ? current.read() : in.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    return advance() ? current.read(bytes, offset, length) : in.read(bytes, offset, length);
  }

  @Override
  public long skip(long count) throws IOException {
    return readNBytes((int) Math.min(count, Short.MAX_VALUE)).length;
  }

  @Override
  public int available() throws IOException {
    return current.available() > 0 || !isStopped ? current.available() : in.available();
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** Returns whether bytes of a line are available. */
  private boolean advance() throws IOException {
    while (current.available() == 0 && !isStopped) {
      current = new ByteArrayInputStream(next());
    }
    return current.available() > 0;
  }

  /** Returns the next line with its length, or an empty array if the line is removed. */
  private byte[] next() throws IOException {
    byte[] digits = in.readNBytes(LENGTH_DIGITS);
    int length = length(digits);
    if (length < LENGTH_DIGITS) {
      isStopped = digits.length < LENGTH_DIGITS || !continuesAfter(digits, length);
      return digits;
    }
    byte[] content = in.readNBytes(length - LENGTH_DIGITS);
    isStopped = content.length < length - LENGTH_DIGITS;
    return accepts(content) ? Bytes.concat(digits, content) : new byte[0];
  }

  private static int length(byte[] digits) {
    String text = new String(digits, ISO_8859_1);
    return text.matches("[0-9a-fA-F]{4}") ? Integer.parseInt(text, 16) : -1;
  }
}
