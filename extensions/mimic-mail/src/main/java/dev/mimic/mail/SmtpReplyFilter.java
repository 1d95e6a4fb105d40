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
 * A flow that limits the size of a mail server's replies and removes secrets from them. Jakarta
 * Mail has no such limit, and includes replies in messages and logs. Each reply is buffered
 * completely, since a secret can span several of its lines.
 *
 * <p>State: {@code reply} is the incomplete reply, and {@code lineStart} the index of its
 * incomplete line. {@code ready} contains filtered replies to be read. One thread reads and writes.
 */
final class SmtpReplyFilter extends ForwardingFlow {
  /** RFC 5321, section 4.5.3.1.5, allows 512 bytes, but some servers send more. */
  static final int MAX_LINE = 2048;

  /** About ten times the number of lines that servers with many extensions send. */
  static final int MAX_LINES = 256;

  private static final Pattern CONTINUED = Pattern.compile("\\d{3}-");
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private final UnaryOperator<String> redaction;
  private final StringBuilder reply = new StringBuilder(); // each character is a byte
  private int lineStart;
  private ByteBuffer ready = NONE;
  private int lines;

  /**
   * Creates a filter over a flow.
   *
   * @param redaction removes secrets from a reply in ISO 8859-1
   */
  SmtpReplyFilter(Flow below, UnaryOperator<String> redaction) {
    super(below);
    this.redaction = redaction;
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

  /** Reads until there is a complete reply. The end of the stream completes the last one. */
  private void fill() throws IOException {
    ByteArrayOutputStream complete = new ByteArrayOutputStream();
    ByteBuffer chunk = ByteBuffer.allocate(MAX_LINE);
    while (complete.size() == 0) {
      if (below().read(chunk.clear()) < 0) {
        finishReply(complete);
        break;
      }
      for (chunk.flip(); chunk.hasRemaining(); ) {
        append(chunk.get(), complete);
      }
    }
    ready = ByteBuffer.wrap(complete.toByteArray());
  }

  private void append(byte each, ByteArrayOutputStream complete) throws IOException {
    reply.append((char) (each & 0xff));
    if (each == '\n') {
      if (!isContinued()) {
        finishReply(complete);
      }
      lineStart = reply.length();
      if (++lines > MAX_LINES) {
        throw new TooLongException("a reply of more than %d lines".formatted(MAX_LINES));
      }
    } else if (reply.length() - lineStart > MAX_LINE) {
      throw new TooLongException("a line of more than %d bytes".formatted(MAX_LINE));
    }
  }

  /** Returns whether another line follows the last one (RFC 5321, section 4.2.1). */
  private boolean isContinued() {
    return CONTINUED.matcher(reply).region(lineStart, reply.length()).lookingAt();
  }

  private void finishReply(ByteArrayOutputStream complete) {
    complete.writeBytes(redaction.apply(reply.toString()).getBytes(ISO_8859_1));
    reply.setLength(0);
    lineStart = 0;
  }

  /** Returns the number of bytes in buffered replies. */
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

  /** Thrown if a reply exceeds a limit. The message continues "it answered with". */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1;

    TooLongException(String message) {
      super(message);
    }
  }
}
