package dev.mimic.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An element in the distinguished encoding rules (ITU-T X.690). The subset that private keys and
 * alternative names need is supported: definite lengths, and tags below 31.
 */
final class Der {
  static final int INTEGER = 0x02;
  static final int OCTET_STRING = 0x04;
  static final int NULL = 0x05;
  static final int OBJECT_ID = 0x06;
  static final int SEQUENCE = 0x30;

  private final int tag;
  private final byte[] content;

  private Der(int tag, byte[] content) {
    this.tag = tag;
    this.content = content;
  }

  static Der of(int tag, byte[] content) {
    return new Der(tag, content);
  }

  /** Returns a sequence of these elements. */
  static Der sequence(Der... elements) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (Der element : elements) {
      content.writeBytes(element.encoded());
    }
    return new Der(SEQUENCE, content.toByteArray());
  }

  /**
   * Parses exactly one element.
   *
   * @throws IllegalArgumentException if the bytes are not one element; the message quotes none of
   *     them
   */
  static Der parse(byte[] encoded) {
    List<Der> all = parseAll(encoded);
    if (all.size() != 1) {
      throw damaged();
    }
    return all.get(0);
  }

  private static List<Der> parseAll(byte[] encoded) {
    ByteBuffer in = ByteBuffer.wrap(encoded);
    List<Der> elements = new ArrayList<>();
    while (in.hasRemaining()) {
      int tag = in.get() & 0xff;
      int length = in.hasRemaining() ? in.get() & 0xff : Integer.MAX_VALUE;
      if (length > 0x80 && length <= 0x84 && in.remaining() >= length - 0x80) {
        byte[] bytes = new byte[length - 0x80];
        in.get(bytes);
        length = new BigInteger(1, bytes).min(BigInteger.valueOf(Integer.MAX_VALUE)).intValue();
      } else if (length >= 0x80) {
        throw damaged();
      }
      if (length > in.remaining()) {
        throw damaged();
      }
      byte[] content = new byte[length];
      in.get(content);
      elements.add(new Der(tag, content));
    }
    return elements;
  }

  private static IllegalArgumentException damaged() {
    return new IllegalArgumentException("this is not DER");
  }

  boolean is(int expected) {
    return tag == expected;
  }

  int tag() {
    return tag;
  }

  /** Returns the content without copying it. */
  byte[] content() {
    return content;
  }

  /** Returns the elements within this one. */
  List<Der> elements() {
    return parseAll(content);
  }

  /** Returns an element of a sequence, which must have more than {@code index} elements. */
  Der element(int index) {
    List<Der> elements = is(SEQUENCE) ? elements() : List.of();
    if (index >= elements.size()) {
      throw damaged();
    }
    return elements.get(index);
  }

  byte[] encoded() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      byte[] length = BigInteger.valueOf(content.length).toByteArray();
      int sign = length[0] == 0 ? 1 : 0;
      out.write(0x80 + length.length - sign);
      out.write(length, sign, length.length - sign);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** Returns an object identifier in its dotted form. */
  String objectId() {
    if (!is(OBJECT_ID) || content.length == 0) {
      throw damaged();
    }
    StringBuilder dotted = new StringBuilder();
    BigInteger arc = BigInteger.ZERO;
    for (byte b : content) {
      arc = arc.shiftLeft(7).or(BigInteger.valueOf(b & 0x7f));
      if (b >= 0) {
        dotted.append(dotted.isEmpty() ? firstTwo(arc) : "." + arc);
        arc = BigInteger.ZERO;
      }
    }
    return dotted.toString();
  }

  private static String firstTwo(BigInteger arc) {
    int first = arc.min(BigInteger.valueOf(80)).intValue() / 40;
    return first + "." + arc.subtract(BigInteger.valueOf(40L * first));
  }
}
