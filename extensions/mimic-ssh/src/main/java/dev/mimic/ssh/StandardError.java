package dev.mimic.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * The standard error of a command. JSch writes the bytes and closes the stream, from its own
 * thread, when the channel has been closed. Any thread may ask for the last bytes.
 */
final class StandardError extends OutputStream {
  private static final int MAX_TAIL_BYTES = 4096;

  private final ReceiveWindow receiveWindow;
  private final Optional<OutputStream> destination;
  private final Closeable onClose;
  private boolean destinationFailed; // used by the thread of JSch only
  private byte[] tail = new byte[0]; // guarded by this object's monitor

  /**
   * Creates the stream.
   *
   * @param destination receives a copy of the bytes
   * @param onClose closed with this stream
   */
  StandardError(
      ReceiveWindow receiveWindow, Optional<OutputStream> destination, Closeable onClose) {
    this.receiveWindow = receiveWindow;
    this.destination = destination;
    this.onClose = onClose;
  }

  @Override
  public void write(int oneByte) throws IOException {
    write(new byte[] {(byte) oneByte}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    receiveWindow.received(length);
    append(bytes, offset, length);
    if (destination.isPresent() && !destinationFailed) {
      try {
        destination.get().write(bytes, offset, length);
        destination.get().flush();
      } catch (IOException | RuntimeException e) {
        destinationFailed = true; // must not end the connection, which other flows share
      }
    }
    receiveWindow.read(length);
  }

  private synchronized void append(byte[] bytes, int offset, int length) {
    int kept = Math.min(tail.length, Math.max(0, MAX_TAIL_BYTES - length));
    int added = Math.min(length, MAX_TAIL_BYTES);
    byte[] joined = Arrays.copyOfRange(tail, tail.length - kept, tail.length + added);
    System.arraycopy(bytes, offset + length - added, joined, kept, added);
    tail = joined;
  }

  /** Returns the last bytes as a single line after a colon, or an empty string. */
  synchronized String suffix() {
    String text = new String(tail, UTF_8).strip().replaceAll("\\R+", "; ");
    return text.isEmpty() ? "" : ": " + text.replaceAll("\\p{Cntrl}", "?");
  }

  @Override
  public void close() throws IOException {
    onClose.close();
  }
}
