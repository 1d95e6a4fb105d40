package dev.mimic.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.net.PercentEscaper;
import jakarta.mail.internet.MimeUtility;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Text in the headers of a mail: as it is where every reader takes it so, and otherwise in encoded
 * words (RFC 2047) or encoded parameters (RFC 2231).
 *
 * <p>The library has methods for both, which are not used: they leave ASCII as it is, so that
 * {@code =?} in a subject would be decoded, spaces lost and a long word not folded; and system
 * properties such as {@code mail.mime.encodeparameters} and {@code mail.mime.charset}, which an
 * application may set for its own mail, make them write names that no reader understands.
 */
final class HeaderText {
  // Words as people write them, with one space between: nothing that is lost when it is folded.
  private static final Pattern PLAIN = Pattern.compile("[!-~]{1,60}( [!-~]{1,60})*");
  private static final int MAX_PLAIN = 900; // a line has 998 bytes where folding is set off
  private static final int MAX_PLAIN_WORD = 60;
  private static final Pattern PLAIN_PARAMETER = Pattern.compile("[\\w.-]+( [\\w.-]+)*");

  // 52 characters of base64: with the marks of an encoded word and "Subject: ", at most 76.
  private static final int WORD_BYTES = 39;
  private static final int PARAMETER_BYTES = 18; // three characters each
  private static final PercentEscaper PERCENT = new PercentEscaper("-._", false);

  private HeaderText() {}

  /**
   * Returns the text.
   *
   * @throws IllegalArgumentException if it has control characters, such as a line's end, or cannot
   *     be encoded
   */
  static String requireOneLine(String field, String text) {
    if (text.chars().anyMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029)) {
      throw new IllegalArgumentException(
          "%s must be one line, without control characters".formatted(field));
    }
    return requireEncodable(field, text);
  }

  /**
   * Returns the text.
   *
   * @throws IllegalArgumentException if it has a surrogate without its other half
   */
  static String requireEncodable(String field, String text) {
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int each = text.codePointAt(i);
      if (each >= Character.MIN_SURROGATE && each <= Character.MAX_SURROGATE) {
        throw new IllegalArgumentException(
            "%s has half of a character at index %d, U+%X: UTF-8 cannot encode it"
                .formatted(field, i, each));
      }
    }
    return text;
  }

  /** Returns text of one line for a header, folded. */
  static String unstructured(String header, String text) {
    return text.length() <= MAX_PLAIN && isPlain(text)
        ? MimeUtility.fold(header.length() + 2, text)
        : encodedWords(text);
  }

  private static boolean isPlain(String text) {
    return text.isEmpty() || (PLAIN.matcher(text).matches() && !text.contains("=?"));
  }

  /** Returns whether a display name can stand in a header as it is, or in quotes. */
  static boolean isPlainWord(String text) {
    return text.length() <= MAX_PLAIN_WORD && isPlain(text);
  }

  /** Returns the text in encoded words, each in a line. */
  static String encodedWords(String text) {
    return pieces(text, WORD_BYTES).stream()
        .map(each -> Base64.getEncoder().encodeToString(each.getBytes(UTF_8)))
        .map("=?UTF-8?B?%s?="::formatted)
        .collect(Collectors.joining("\r\n "));
  }

  /** Returns a parameter of a header, with the semicolon before it, folded. */
  static String parameter(String name, String value) {
    if (value.length() <= MAX_PLAIN_WORD && PLAIN_PARAMETER.matcher(value).matches()) {
      return "; %s=\"%s\"".formatted(name, value);
    }
    List<String> pieces = pieces(value, PARAMETER_BYTES);
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < pieces.size(); i++) {
      String part = pieces.size() == 1 ? "" : "*" + i;
      String charset = i == 0 ? "UTF-8''" : "";
      all.append(";\r\n %s%s*=%s%s".formatted(name, part, charset, PERCENT.escape(pieces.get(i))));
    }
    return all.toString();
  }

  /** Splits text between characters: each piece has at most this many bytes of UTF-8. */
  private static List<String> pieces(String text, int maxBytes) {
    List<String> pieces = new ArrayList<>();
    StringBuilder piece = new StringBuilder();
    int bytes = 0;
    for (int each : text.codePoints().toArray()) {
      int more = Character.toString(each).getBytes(UTF_8).length;
      if (bytes + more > maxBytes) {
        pieces.add(piece.toString());
        piece.setLength(0);
        bytes = 0;
      }
      piece.appendCodePoint(each);
      bytes += more;
    }
    pieces.add(piece.toString());
    return pieces;
  }
}
