package dev.mimic.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.common.primitives.Ints;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.transport.PacketLineOut;

/**
 * A client's side of a conversation, within bounds. JGit 7.8 keeps all that a fetch asks for in
 * memory, and makes room for as many objects as the head of a pack announces; for the commands of a
 * push and the bytes of a pack it has limits of its own.
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
  private final GitService.Bounds bounds;
  private long count; // of the bytes of lines that JGit may still hold
  private boolean refused;

  /**
   * Makes one of a stream that is at the beginning of a line.
   *
   * @param out where the client is told of a refusal of a fetch
   * @param answered whether each flush is answered before more is read; otherwise JGit may hold the
   *     whole of the stream
   */
  RequestInput(
      BufferedInputStream in,
      OutputStream out,
      boolean push,
      boolean answered,
      GitService.Bounds bounds) {
    super(in);
    this.out = out;
    this.push = push;
    this.answered = answered;
    this.bounds = bounds;
  }

  @Override
  boolean passes(byte[] content) throws IOException {
    if (!push) {
      count(LENGTH_DIGITS + content.length);
      // JGit takes these though they are not offered, and holds each comma as a string.
      if (new String(content, ISO_8859_1).startsWith(URIS)) {
        throw refusal("packfile-uris are not offered here");
      }
    }
    return true;
  }

  @Override
  boolean goesOn(byte[] digits, int length) throws IOException {
    if (push) {
      boolean pack = new String(digits, ISO_8859_1).equals(PACK);
      if (pack) {
        checkObjects();
      }
      return !pack && length >= 0;
    }
    if (length < 0) {
      throw refusal("a line of the request begins with no length");
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

  /** Throws if the head of the pack, which stays to be read, announces too many objects. */
  private void checkObjects() throws IOException {
    in.mark(VERSION_BYTES + Integer.BYTES);
    byte[] head = in.readNBytes(VERSION_BYTES + Integer.BYTES);
    in.reset();
    if (head.length < VERSION_BYTES + Integer.BYTES) {
      return; // JGit tells that it is cut short
    }
    long objects = Integer.toUnsignedLong(Ints.fromBytes(head[4], head[5], head[6], head[7]));
    if (objects > bounds.packObjects()) {
      throw new PackProtocolException(
          "the pack has %d objects, and at most %d are taken here: push fewer commits at once"
              .formatted(objects, bounds.packObjects()));
    }
  }

  /**
   * Tells the client, and returns what to throw. By version 2, JGit would call it an internal
   * error; what JGit says after this is not read any more.
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
