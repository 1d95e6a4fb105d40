package dev.mimic.git;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.lib.ObjectId;

/**
 * The input of a pushed pack (gitformat-pack(5)), after its first four bytes. It follows the
 * entries while they are read, and refuses the pack at the end of the last one if its deltas need
 * too much memory. JGit reconstructs deltas only after that.
 *
 * <pre>
 *   version count  entry entry ... checksum
 *   entry:  type and size, [ offset or id of the base ], data deflated
 *   data of a delta:  size of the base, size of the result, instructions
 * </pre>
 */
final class PackInput extends FilterInputStream {
  private static final int HEAD_END = 12;
  private static final int FIRST_SIZE_BITS = 4;
  private static final int SIZE_BITS = 7;
  private static final int MAX_SHIFT = 56; // longer numbers do not fit into 63 bits
  private static final int OFS_DELTA = 6;
  private static final int REF_DELTA = 7;
  private static final int ID_BYTES = 20;
  private static final int MAX_DELTA_HEAD_BYTES = 18; // two numbers

  private enum Part {
    HEAD,
    TYPE,
    SIZE,
    OFFSET,
    BASE,
    DATA,
    END
  }

  private final long maxBytes;
  private final DeltaMemory memory = new DeltaMemory();
  private final Inflater inflater = new Inflater();
  private final byte[] room = new byte[8 * 1024];
  private long entriesLeft;
  private Part part = Part.HEAD;
  private long position = 4;

  // The current entry.
  private long start;
  private int type;
  private long size;
  private int shift;
  private long offset;
  private final byte[] base = new byte[ID_BYTES];
  private int baseBytes;
  private long inflated;
  private final byte[] deltaHead = new byte[MAX_DELTA_HEAD_BYTES];
  private int deltaHeadAt;

  /**
   * Creates an input from a stream after the four bytes {@code PACK}.
   *
   * @param entries the number of entries that the head announces
   * @param maxBytes the limit on the memory for deltas
   */
  PackInput(InputStream in, long entries, long maxBytes) {
    super(in);
    this.entriesLeft = entries;
    this.maxBytes = maxBytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    int count = in.read(bytes, from, length);
    int at = from;
    while (at < from + count && part != Part.END) {
      at = part == Part.DATA ? inflate(bytes, at, from + count) : next(bytes[at], at);
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    return readNBytes((int) Math.min(count, Short.MAX_VALUE)).length;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** Frees the memory of the decompression. */
  void release() {
    part = Part.END;
    inflater.end();
  }

  /** Processes a byte outside the data. Returns the index after it. */
  private int next(byte b, int at) throws IOException {
    position++;
    boolean more = b < 0;
    int bits = b & 0x7f;
    switch (part) {
      case HEAD -> {
        if (position == HEAD_END) {
          beginEntry();
        }
      }
      case TYPE -> {
        type = bits >> FIRST_SIZE_BITS;
        size = bits & 0xf;
        shift = FIRST_SIZE_BITS;
        part = more ? Part.SIZE : afterSize();
      }
      case SIZE -> {
        size += number(bits, shift);
        shift += SIZE_BITS;
        part = more ? Part.SIZE : afterSize();
      }
      case OFFSET -> {
        offset = (offset << SIZE_BITS) + bits;
        if (more) {
          offset++;
        } else {
          part = Part.DATA;
        }
      }
      case BASE -> {
        base[baseBytes++] = b;
        if (baseBytes == ID_BYTES) {
          part = Part.DATA;
        }
      }
      case DATA, END -> throw new AssertionError(part);
    }
    return at + 1;
  }

  private void beginEntry() throws IOException {
    if (entriesLeft == 0) {
      release();
      long needed = memory.maxBytes();
      if (needed > maxBytes) {
        throw new PackProtocolException(
            ("the deltas of the pack need up to %d bytes of memory, and this server accepts at most"
                    + " %d: push fewer commits at once")
                .formatted(needed, maxBytes));
      }
      return;
    }
    entriesLeft--;
    part = Part.TYPE;
    start = position;
    offset = 0;
    baseBytes = 0;
    inflated = 0;
  }

  private Part afterSize() {
    return switch (type) {
      case OFS_DELTA -> Part.OFFSET;
      case REF_DELTA -> Part.BASE;
      default -> Part.DATA;
    };
  }

  private static long number(int bits, int shift) throws IOException {
    if (shift > MAX_SHIFT) {
      throw malformed();
    }
    return (long) bits << shift;
  }

  /** Decompresses data up to its end. Returns the index after the bytes used. */
  private int inflate(byte[] bytes, int from, int to) throws IOException {
    inflater.setInput(bytes, from, to - from);
    try {
      for (int n = inflater.inflate(room); n > 0; n = inflater.inflate(room)) {
        if (inflated < MAX_DELTA_HEAD_BYTES) {
          int count = (int) Math.min(n, MAX_DELTA_HEAD_BYTES - inflated);
          System.arraycopy(room, 0, deltaHead, (int) inflated, count);
        }
        inflated += n;
        if (inflated > size) {
          throw malformed();
        }
      }
    } catch (DataFormatException e) {
      throw (IOException) malformed().initCause(e);
    }
    if (inflater.needsDictionary() || (inflater.finished() && inflated < size)) {
      throw malformed();
    }
    int used = to - from - inflater.getRemaining();
    position += used;
    if (inflater.finished()) {
      inflater.reset();
      endEntry();
      beginEntry();
    }
    return from + used;
  }

  private void endEntry() throws IOException {
    if (type != OFS_DELTA && type != REF_DELTA) {
      memory.addWhole(start, size);
      return;
    }
    deltaHeadAt = 0;
    long baseSize = deltaNumber();
    long resultSize = deltaNumber();
    if (type == REF_DELTA) {
      memory.addDelta(start, ObjectId.fromRaw(base), baseSize, resultSize, size);
    } else if (!memory.addDelta(start, start - offset, resultSize, size)) {
      throw malformed();
    }
  }

  private long deltaNumber() throws IOException {
    long value = 0;
    for (int bit = 0; deltaHeadAt < Math.min(inflated, MAX_DELTA_HEAD_BYTES); bit += SIZE_BITS) {
      byte b = deltaHead[deltaHeadAt++];
      value += number(b & 0x7f, bit);
      if (b >= 0) {
        return value;
      }
    }
    throw malformed();
  }

  private static PackProtocolException malformed() {
    return new PackProtocolException("the pack is malformed: run git fsck, and push again");
  }
}
