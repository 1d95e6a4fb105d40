package dev.mimic.http.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.flow.Flow;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 client that sends and receives single frames. */
final class RawHttp2 {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int CONTINUATION = 9;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int STATUS = 0x08; // HPACK's static table has :status at 8

  private final Flow flow;
  private final DataInputStream in;

  /** A received frame. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Frame(int type, int flags, int stream, byte[] payload) {
    int number() {
      return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 0 : payload.length - 4);
    }
  }

  RawHttp2(Flow flow) throws IOException {
    this.flow = flow;
    this.in = new DataInputStream(flow.inputStream());
    flow.write(US_ASCII.encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    send(SETTINGS, 0, 0, new byte[0]);
  }

  private void send(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.putInt((payload.length << 8) | type).put((byte) flags).putInt(stream).put(payload);
    flow.write(frame.flip());
  }

  static String[] request(String method, String path, String... more) {
    String[] fields = {
      ":method", method, ":scheme", "http", ":path", path, ":authority", "localhost"
    };
    String[] all = Arrays.copyOf(fields, fields.length + more.length);
    System.arraycopy(more, 0, all, fields.length, more.length);
    return all;
  }

  void get(int stream, String... more) throws IOException {
    headers(stream, true, true, request("GET", "/", more));
  }

  /**
   * Sends these fields, given as alternating names and values, as literals without indexing (RFC
   * 7541, section 6.2.2).
   */
  void headers(int stream, boolean last, boolean whole, String... fields) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      block.write(0);
      for (String text : new String[] {fields[i], fields[i + 1]}) {
        block.write(text.length());
        block.writeBytes(text.getBytes(US_ASCII));
      }
    }
    int flags = (last ? END_STREAM : 0) | (whole ? END_HEADERS : 0);
    send(HEADERS, flags, stream, block.toByteArray());
  }

  /** Sends a DATA frame. */
  void data(int stream, boolean last, String text) throws IOException {
    send(DATA, last ? END_STREAM : 0, stream, text.getBytes(US_ASCII));
  }

  /** Sends a CONTINUATION frame that does not end the head. */
  void continuation(int stream) throws IOException {
    send(CONTINUATION, 0, stream, new byte[] {0, 1, 'x', 1, 'y'});
  }

  /** Returns the next frame, or null at the end. */
  @Nullable Frame frame() throws IOException {
    try {
      int lengthAndType = in.readInt();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      return new Frame(lengthAndType & 0xff, flags, stream, in.readNBytes(lengthAndType >>> 8));
    } catch (EOFException e) {
      return null;
    }
  }

  /** Reads until this stream ends or is reset, and returns a description of the end. */
  String end(int stream) throws IOException {
    for (Frame frame = frame(); frame != null; frame = frame()) {
      if (frame.stream == stream && frame.type == RST_STREAM) {
        return "RST_STREAM " + frame.number();
      }
      if (frame.stream == stream && frame.type <= HEADERS && (frame.flags & END_STREAM) != 0) {
        return "END_STREAM";
      }
    }
    return "the end of the connection";
  }

  /**
   * Reads until this number of streams has ended. Stops early at a GOAWAY, or at a reset other than
   * NO_ERROR, and returns the number of ended streams.
   */
  int ends(int max) throws IOException {
    int ends = 0;
    while (ends < max) {
      Frame frame = frame();
      if (frame == null
          || frame.type == GOAWAY
          || (frame.type == RST_STREAM && frame.number() != 0)) {
        return ends;
      }
      if (frame.type <= HEADERS && (frame.flags & END_STREAM) != 0) {
        ends++;
      }
    }
    return ends;
  }

  /** Reads until the next GOAWAY and returns its last stream. */
  int goAway() throws IOException {
    for (Frame frame = frame(); frame != null; frame = frame()) {
      if (frame.type == GOAWAY) {
        return frame.number();
      }
    }
    return -1;
  }

  /** Reads the head of this stream's response and returns the status if it is a literal. */
  String status(int stream) throws IOException {
    for (Frame frame = frame(); frame != null; frame = frame()) {
      if (frame.stream == stream && frame.type == HEADERS) {
        return literalStatus(frame.payload);
      }
      if (frame.stream == stream && frame.type == RST_STREAM) {
        return "RST_STREAM " + frame.number();
      }
    }
    return "the end of the connection";
  }

  private static String literalStatus(byte[] block) {
    for (int i = 0; i + 2 < block.length; i++) {
      if ((block[i] & 0x0f) == STATUS) {
        boolean huffman = (block[i + 1] & 0x80) != 0;
        int length = block[i + 1] & 0x7f;
        byte[] value = Arrays.copyOfRange(block, i + 2, i + 2 + length);
        return huffman ? digits(value) : new String(value, US_ASCII);
      }
    }
    return "none";
  }

  /**
   * Decodes Huffman-coded digits (RFC 7541, appendix B): 5 bits for 0, 1, 2; 6 bits for the others.
   */
  private static String digits(byte[] coded) {
    StringBuilder digits = new StringBuilder();
    long bits = 0;
    for (byte each : coded) {
      bits = (bits << 8) | (each & 0xff);
    }
    int left = coded.length * 8;
    while (left >= 5 && digits.length() < 3) {
      int five = (int) (bits >>> (left - 5)) & 0x1f;
      if (five <= 2) {
        digits.append(five);
        left -= 5;
      } else {
        int six = (int) (bits >>> (left - 6)) & 0x3f;
        digits.append(six - 0x19 + 3);
        left -= 6;
      }
    }
    return digits.toString();
  }
}
