package dev.mimic.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.DeflaterOutputStream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;

/** A writer of packs whose deltas have any shape (gitformat-pack(5)). */
final class TestPack {
  private static final int HEAD_BYTES = 12;
  private static final int OFS_DELTA = 6;
  private static final int REF_DELTA = 7;

  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
  private int count;

  /**
   * An object of the pack.
   *
   * @param position where it begins in the pack
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared or modified
  record Entry(int position, byte[] content) {
    ObjectId id() {
      try (ObjectInserter.Formatter formatter = new ObjectInserter.Formatter()) {
        return formatter.idFor(Constants.OBJ_BLOB, content);
      }
    }
  }

  /** Adds a blob. */
  Entry blob(byte[] content) throws IOException {
    int at = begin(Constants.OBJ_BLOB, content.length);
    deflate(content);
    return new Entry(at, content);
  }

  /** Adds a delta that replaces the first four bytes of its base by a number. */
  Entry delta(Entry base, int number) throws IOException {
    byte[] delta = instructions(base.content.length, base.content.length, number);
    int at = begin(OFS_DELTA, delta.length);
    offset(at - base.position);
    deflate(delta);
    return new Entry(at, result(base.content, number));
  }

  /** Adds the same with the id of the base in place of its position. */
  Entry deltaById(ObjectId id, byte[] base, int number) throws IOException {
    byte[] delta = instructions(base.length, base.length, number);
    int at = begin(REF_DELTA, delta.length);
    byte[] raw = new byte[Constants.OBJECT_ID_LENGTH];
    id.copyRawTo(raw, 0);
    entries.writeBytes(raw);
    deflate(delta);
    return new Entry(at, result(base, number));
  }

  /** Adds an entry of any type, size and data. */
  void raw(int type, int size, int offset, byte[] data) throws IOException {
    int unused = begin(type, size);
    if (type == OFS_DELTA) {
      offset(offset);
    }
    deflate(data);
  }

  private static byte[] result(byte[] base, int number) {
    byte[] result = base.clone();
    ByteBuffer.wrap(result).putInt(number);
    return result;
  }

  private static byte[] instructions(int baseSize, int resultSize, int number) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    number(baseSize, out);
    number(resultSize, out);
    out.write(Integer.BYTES); // insert
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    int copied = resultSize - Integer.BYTES;
    out.write(0x80 | 0x01 | 0x70); // copy, with one byte of offset and three of size
    out.write(Integer.BYTES);
    out.write(copied);
    out.write(copied >> 8);
    out.write(copied >> 16);
    return out.toByteArray();
  }

  private static void number(int value, ByteArrayOutputStream out) {
    int left = value;
    for (; left > 0x7f; left >>= 7) {
      out.write(0x80 | left);
    }
    out.write(left);
  }

  private int begin(int type, int size) {
    int at = HEAD_BYTES + entries.size();
    count++;
    int left = size >> 4;
    entries.write((left > 0 ? 0x80 : 0) | (type << 4) | (size & 0xf));
    if (left > 0) {
      number(left, entries);
    }
    return at;
  }

  /** Writes an offset: each byte but the last also counts the shorter offsets. */
  private void offset(int value) {
    byte[] bytes = new byte[5];
    int at = bytes.length - 1;
    bytes[at] = (byte) (value & 0x7f);
    for (int left = (value >> 7) - 1; left >= 0; left = (left >> 7) - 1) {
      bytes[--at] = (byte) (0x80 | (left & 0x7f));
    }
    entries.write(bytes, at, bytes.length - at);
  }

  private void deflate(byte[] data) throws IOException {
    try (DeflaterOutputStream out = new DeflaterOutputStream(entries)) {
      out.write(data);
    }
  }

  int count() {
    return count;
  }

  /** Returns the pack with its checksum. */
  byte[] bytes() {
    ByteBuffer pack = ByteBuffer.allocate(HEAD_BYTES + entries.size() + 20);
    pack.put(Constants.PACK_SIGNATURE).putInt(2).putInt(count).put(entries.toByteArray());
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(pack.array(), 0, pack.position());
      return pack.put(digest.digest()).array();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
