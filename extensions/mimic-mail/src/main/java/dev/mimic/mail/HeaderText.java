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
 * The encoding of text in mail headers. Text that every reader understands is sent unchanged. Other
 * text is sent in encoded words (RFC 2047) or encoded parameters (RFC 2231).
 *
 * <p>The methods of Jakarta Mail for this purpose are not used, for two reasons:
 *
 * <ul>
 *   <li>They never encode ASCII. Thus {@code =?} in a subject would be decoded, spaces would be
 *       lost, and a long word would not be folded.
 *   <li>They depend on system properties such as {@code mail.mime.encodeparameters} and {@code
 *       mail.mime.charset}. An application may set these for its own mail, and readers would then
 *       not understand the names.
 * </ul>
 */
final class HeaderText {
  // Words separated by single spaces, which survive folding.
  private static final Pattern PLAIN = Pattern.compile("[!-~]{1,60}( [!-~]{1,60})*");
  private static final int MAX_PLAIN = 900; // at most one line of 998 bytes if folding is disabled
  private static final int MAX_PLAIN_WORD = 60;
  private static final Pattern PLAIN_PARAMETER = Pattern.compile("[\\w.-]+( [\\w.-]+)*");

  // 52 characters in base64. An encoded word after "Subject: " then fits into 76 characters.
  private static final int WORD_BYTES = 39;
  private static final int PARAMETER_BYTES = 18; // three characters for each byte
  private static final PercentEscaper PERCENT = new PercentEscaper("-._", false);

  private HeaderText() {}

  /**
   * Returns the text.
   *
   * @throws IllegalArgumentException if the text contains control characters, such as line breaks,
   *     or cannot be encoded
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
   * @throws IllegalArgumentException if the text contains an unpaired surrogate
   */
  static String requireEncodable(String field, String text) {
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int each = text.codePointAt(i);
      if (each >= Character.MIN_SURROGATE && each <= Character.MAX_SURROGATE) {
        throw new IllegalArgumentException(
            "%s has an unpaired surrogate at index %d, U+%X, which UTF-8 cannot encode"
                .formatted(field, i, each));
      }
    }
    return text;
  }

  /** Returns a line of text as the folded value of a header. */
  static String unstructured(String header, String text) {
    return text.length() <= MAX_PLAIN && isPlain(text)
        ? MimeUtility.fold(header.length() + 2, text)
        : encodedWords(text);
  }

  private static boolean isPlain(String text) {
    return text.isEmpty() || (PLAIN.matcher(text).matches() && !text.contains("=?"));
  }

  /** Returns whether a display name can be sent without encoding, with quotes if necessary. */
  static boolean isPlainWord(String text) {
    return text.length() <= MAX_PLAIN_WORD && isPlain(text);
  }

  /** Returns the text as encoded words, one on each line. */
  static String encodedWords(String text) {
    return pieces(text, WORD_BYTES).stream()
        .map(each -> Base64.getEncoder().encodeToString(each.getBytes(UTF_8)))
        .map("=?UTF-8?B?%s?="::formatted)
        .collect(Collectors.joining("\r\n "));
  }

  /** Returns a folded parameter of a header, including the semicolon before it. */
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

  /** Splits text between characters into pieces of at most {@code maxBytes} bytes in UTF-8. */
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
