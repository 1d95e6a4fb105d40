package dev.mimic.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.mimic.flow.Flow;
import dev.mimic.flow.ForwardingFlow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A flow whose reader gets a mail server's replies whole, bounded and without secrets. The library
 * that reads them has no limit of its own, and puts what it reads into messages and logs. A reply
 * is looked at whole because a secret may be broken into several of its lines.
 *
 * <p>State: the bytes of {@code reply} belong to a reply that has not ended, and those from {@code
 * lineStart} on to a line that has not ended; {@code ready} has what is read next. One thread reads
 * and writes.
 */
final class SmtpReplies extends ForwardingFlow {
  /** The longest line; RFC 5321 allows 512 (section 4.5.3.1.5), and some servers take more. */
  static final int MAX_LINE = 2048;

  /** The most lines of one reply: about ten times those of the servers that offer most. */
  static final int MAX_LINES = 256;

  private static final Pattern CONTINUED = Pattern.compile("\\d{3}-");
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private final UnaryOperator<String> shown;
  private final StringBuilder reply = new StringBuilder(); // each character is a byte
  private int lineStart;
  private ByteBuffer ready = NONE;
  private int lines;

  /**
   * Makes a flow over this one.
   *
   * @param shown returns a reply, in ISO 8859-1, as it may be shown
   */
  SmtpReplies(Flow below, UnaryOperator<String> shown) {
    super(below);
    this.shown = shown;
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    if (!dst.hasRemaining()) {
      return 0;
    }
    if (!ready.hasRemaining()) {
      fill();
    }
    int count = Math.min(dst.remaining(), ready.remaining());
    dst.put(ready.slice(ready.position(), count));
    ready.position(ready.position() + count);
    return count == 0 ? -1 : count;
  }

  /** Reads until there is a reply; the end of the stream ends the last one. */
  private void fill() throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    ByteBuffer chunk = ByteBuffer.allocate(MAX_LINE);
    while (whole.size() == 0) {
      if (below().read(chunk.clear()) < 0) {
        end(whole);
        break;
      }
      for (chunk.flip(); chunk.hasRemaining(); ) {
        take(chunk.get(), whole);
      }
    }
    ready = ByteBuffer.wrap(whole.toByteArray());
  }

  private void take(byte each, ByteArrayOutputStream whole) throws IOException {
    reply.append((char) (each & 0xff));
    if (each == '\n') {
      if (!goesOn()) {
        end(whole);
      }
      lineStart = reply.length();
      if (++lines > MAX_LINES) {
        throw new TooLongException("a reply of more than %d lines".formatted(MAX_LINES));
      }
    } else if (reply.length() - lineStart > MAX_LINE) {
      throw new TooLongException("a line of more than %d bytes".formatted(MAX_LINE));
    }
  }

  /** Returns whether the line that has ended is not the last one (RFC 5321, section 4.2.1). */
  private boolean goesOn() {
    return CONTINUED.matcher(reply).region(lineStart, reply.length()).lookingAt();
  }

  private void end(ByteArrayOutputStream whole) {
    whole.writeBytes(shown.apply(reply.toString()).getBytes(ISO_8859_1));
    reply.setLength(0);
    lineStart = 0;
  }

  /** Returns how much of the lines that have been read is left; more may be there. */
  @Override
  public int available() {
    return ready.remaining();
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    lines = 0;
    return super.write(src);
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    lines = 0;
    return super.write(srcs, offset, length);
  }

  /** A reply that is longer than any server's. The message follows "it answered with". */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1;

    TooLongException(String message) {
      super(message);
    }
  }
}
