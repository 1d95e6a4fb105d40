package dev.mimic.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.common.primitives.Ints;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.transport.PacketLineOut;
import org.jspecify.annotations.Nullable;

/**
 * The input of a server from a client, with limits. JGit 7.8 holds the whole request of a fetch in
 * memory, and allocates memory for the number of objects that the head of a pack announces. It has
 * limits of its own for the commands of a push and the bytes of a pack, and none for the memory of
 * deltas, which {@link PackInput} limits.
 *
 * <pre>
 *   fetch   length line  length line ... 0000  length line ...
 *   push    length line  length line ... 0000  PACK version objects ...
 * </pre>
 */
final class RequestInput extends PacketLines {
  private static final int LENGTH_DIGITS = 4;
  private static final String PACK = "PACK";
  private static final int VERSION_BYTES = 4;
  private static final String URIS = "packfile-uris ";

  private final OutputStream out;
  private final boolean push;
  private final boolean answered;
  private final ServiceBounds bounds;
  private long count; // bytes of lines that JGit may still hold
  private boolean refused;
  private @Nullable PackInput pack;

  /**
   * Creates an input from a stream at the beginning of a line.
   *
   * @param out receives the reason if a fetch is refused
   * @param answered whether JGit responds to each flush before it reads more; otherwise it may hold
   *     the whole stream
   */
  RequestInput(
      BufferedInputStream in,
      OutputStream out,
      boolean push,
      boolean answered,
      ServiceBounds bounds) {
    super(in);
    this.out = out;
    this.push = push;
    this.answered = answered;
    this.bounds = bounds;
  }

  @Override
  boolean accepts(byte[] content) throws IOException {
    if (!push) {
      count(LENGTH_DIGITS + content.length);
      // JGit accepts these although they are not offered, and creates a string for each comma.
      if (new String(content, ISO_8859_1).startsWith(URIS)) {
        throw refusal("packfile-uris are not offered here");
      }
    }
    return true;
  }

  @Override
  boolean continuesAfter(byte[] digits, int length) throws IOException {
    if (push) {
      boolean pack = new String(digits, ISO_8859_1).equals(PACK);
      if (pack) {
        checkObjects();
      }
      return !pack && length >= 0;
    }
    if (length < 0) {
      throw refusal("a line of the request does not begin with its length");
    }
    if (length == 0 && answered) {
      count = 0;
    } else {
      count(LENGTH_DIGITS);
    }
    return true;
  }

  private void count(int bytes) throws IOException {
    count += bytes;
    if (count > bounds.requestBytes()) {
      throw refusal(
          "the request has more than %d bytes, which is the limit of this server: fetch fewer refs"
              .formatted(bounds.requestBytes()));
    }
  }

  /** Throws if the head of the pack announces too many objects. The head can be read again. */
  private void checkObjects() throws IOException {
    in.mark(VERSION_BYTES + Integer.BYTES);
    byte[] head = in.readNBytes(VERSION_BYTES + Integer.BYTES);
    in.reset();
    if (head.length < VERSION_BYTES + Integer.BYTES) {
      return; // JGit reports that it is truncated
    }
    long objects = Integer.toUnsignedLong(Ints.fromBytes(head[4], head[5], head[6], head[7]));
    if (objects > bounds.packObjects()) {
      throw new PackProtocolException(
          "the pack has %d objects, and this server accepts at most %d: push fewer commits at once"
              .formatted(objects, bounds.packObjects()));
    }
    pack = new PackInput(in, objects, bounds.deltaBytes());
    in = pack;
  }

  /** Frees the memory of the checks. The stream is not closed. */
  void release() {
    if (pack != null) {
      pack.release();
    }
  }

  /**
   * Writes the reason to the client, and returns an exception with it. In version 2, JGit would
   * report an internal error instead. The client ignores what JGit writes afterwards.
   */
  private PackProtocolException refusal(String why) throws IOException {
    if (!refused) {
      refused = true;
      new PacketLineOut(out).writeString("ERR " + why + "\n");
      out.flush();
    }
    return new PackProtocolException(why);
  }
}
