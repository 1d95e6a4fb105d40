package dev.mimic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.function.IntPredicate;

/** The characters of an address: the refused ones, and percent-encoding (RFC 3986, section 2.1). */
final class AddressCharacters {
  // RFC 3986, section 3.3, except '@', which marks a user if no slash precedes it.
  private static final String PLAIN_IN_PATH = "-._~!$&'()*+,;=:/";

  private final String text;
  private final RedactedAddress shown;

  AddressCharacters(String text, RedactedAddress shown) {
    this.text = text;
    this.shown = shown;
  }

  /** Refuses control characters and unpaired surrogates. */
  void refuseControls() throws MalformedAddressException {
    if (!isPlain()) {
      refuse(Character::isISOControl, "is a control character");
      refuse(AddressCharacters::isLoneSurrogate, "is half a character");
    }
  }

  /** Refuses control characters, unpaired surrogates, spaces and line separators. */
  void refuseControlsAndSpaces() throws MalformedAddressException {
    if (!isPlain()) {
      refuseControls();
      refuse(Character::isSpaceChar, "is a space: leave it out, or write %20");
    }
  }

  /**
   * Returns whether the text is ASCII without spaces and control characters, as most addresses are.
   */
  private boolean isPlain() {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  private void refuse(IntPredicate isBad, String what) throws MalformedAddressException {
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      if (isBad.test(text.codePointAt(at))) {
        throw shown.malformed(shown.piece(at, at + 1) + ' ' + what);
      }
    }
  }

  private static boolean isLoneSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /** Returns the decoded text from {@code start} to {@code end}; refuses control characters. */
  String decode(int start, int end) throws MalformedAddressException {
    int encoded = text.indexOf('%', start, end);
    if (encoded < 0) {
      return text.substring(start, end);
    }
    StringBuilder out = new StringBuilder(end - start).append(text, start, encoded);
    int at = encoded;
    while (at < end) {
      if (text.charAt(at) == '%') {
        int endOfRun = endOfRun(at, end);
        out.append(decodeRun(at, endOfRun));
        at = endOfRun;
      } else {
        out.append(text.charAt(at++));
      }
    }
    return out.toString();
  }

  /** Returns the path with all characters encoded that a path cannot contain, as UTF-8. */
  static String encode(String path) {
    StringBuilder out = new StringBuilder(path.length());
    for (byte each : path.getBytes(UTF_8)) {
      char c = (char) (each & 0xff);
      if (HostSyntax.isLetterOrDigit(c) || PLAIN_IN_PATH.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append(String.format("%%%02X", (int) c));
      }
    }
    return out.toString();
  }

  /** Returns the end of the run of encoded bytes, which can encode one character together. */
  private int endOfRun(int start, int end) throws MalformedAddressException {
    int at = start;
    while (at < end && text.charAt(at) == '%') {
      if (at + 3 > end || hex(at + 1) < 0 || hex(at + 2) < 0) {
        throw shown.malformed(
            shown.piece(at, Math.min(at + 3, end))
                + " is no percent-encoding: write %25 for a percent sign");
      }
      at += 3;
    }
    return at;
  }

  private CharBuffer decodeRun(int start, int end) throws MalformedAddressException {
    ByteBuffer bytes = ByteBuffer.allocate((end - start) / 3);
    for (int at = start; at < end; at += 3) {
      bytes.put((byte) (hex(at + 1) << 4 | hex(at + 2)));
    }
    CharBuffer decoded;
    try {
      decoded = UTF_8.newDecoder().decode(bytes.flip()); // a new decoder reports, never replaces
    } catch (CharacterCodingException e) {
      throw shown.malformed(shown.piece(start, end) + " is not UTF-8");
    }
    if (decoded.chars().anyMatch(Character::isISOControl)) {
      throw shown.malformed(shown.piece(start, end) + " stands for a control character");
    }
    return decoded;
  }

  private int hex(int index) {
    char c = text.charAt(index);
    return c < 0x80 ? Character.digit(c, 16) : -1; // digit() also knows other scripts
  }
}
