package dev.mimic;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A decoded form of a text, in lower case, and the position of each of its characters in the
 * original text.
 *
 * @param from the start of a character in the original text
 * @param to the end of it there
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record EncodedText(Kind kind, String text, int[] from, int[] to) {
  /** The kind of decoding. */
  enum Kind {
    /** No decoding. */
    RAW,
    /** Escapes are replaced by their characters, byte by byte. */
    DECODED,
    /** Also, line ends, the codes of replies after them, and all spaces are removed. */
    JOINED,
    /** Decoded twice, for a secret that is encoded although it looks encoded itself. */
    DECODED_TWICE
  }

  // A percent sign, quoted-printable (RFC 2045, section 6.7), Java, and references of HTML.
  private static final Pattern ESCAPE =
      Pattern.compile(
          "(?=[%=\\\\&])(?:" // which makes the search faster
              + "[%=](?<two>\\p{XDigit}{2})"
              + "|\\\\u(?<four>\\p{XDigit}{4})"
              + "|\\\\U(?<eight>\\p{XDigit}{8})"
              + "|&#0*(?<decimal>\\d{1,7}+);?"
              + "|&#x0*(?<any>\\p{XDigit}{1,6}+);?"
              + "|&(?<name>%s);".formatted(String.join("|", HtmlEntities.BY_NAME.keySet()))
              + "|(?<softBreak>=[ \\t]*\\r?\\n))");

  // With the code of a reply (RFC 5321, section 4.2) and the one in its text (RFC 3463).
  private static final Pattern GAP =
      Pattern.compile("[\\r\\n]+(\\d{3}[ -](\\d\\.\\d{1,3}\\.\\d{1,3}\\s)?)?|\\s");

  private static final String ENCODING = "%=\\&+"; // what escapes begin with
  private static final String BASE64 = "+/-_=";

  /** Returns the text in each kind of decoding, in order. */
  static List<EncodedText> readings(String text) {
    EncodedText raw = raw(text);
    EncodedText decoded = raw.decoded(Kind.DECODED);
    return List.of(raw, decoded, decoded.joined(), decoded.decoded(Kind.DECODED_TWICE));
  }

  private static EncodedText raw(String text) {
    Builder built = new Builder(text.length());
    for (int i = 0; i < text.length(); i++) {
      built.add(text.charAt(i), i, i + 1);
    }
    return built.build(Kind.RAW);
  }

  private EncodedText decoded(Kind as) {
    if (text.chars().noneMatch(c -> ENCODING.indexOf(c) >= 0)) {
      return new EncodedText(as, text, from, to);
    }
    Builder built = new Builder(text.length());
    Matcher escape = ESCAPE.matcher(text);
    int at = 0;
    while (escape.find()) {
      built.addAll(this, at, escape.start());
      if (escape.group("softBreak") == null) {
        for (char each : Character.toChars(codePoint(escape))) {
          built.add(each, from[escape.start()], to[escape.end() - 1]);
        }
      }
      at = escape.end();
    }
    built.addAll(this, at, text.length());
    return built.plusAsSpace().build(as);
  }

  private static int codePoint(Matcher escape) {
    String name = escape.group("name");
    if (name != null) {
      return requireNonNull(HtmlEntities.BY_NAME.get(name));
    }
    String decimal = escape.group("decimal");
    long value = decimal == null ? hexadecimal(escape) : Long.parseLong(decimal);
    return value > Character.MAX_CODE_POINT ? '?' : (int) value;
  }

  private static long hexadecimal(Matcher escape) {
    for (String digits : List.of("two", "four", "eight", "any")) {
      String found = escape.group(digits);
      if (found != null) {
        return Long.parseLong(found, 16);
      }
    }
    throw new AssertionError(escape.group());
  }

  private EncodedText joined() {
    Builder built = new Builder(text.length());
    Matcher gap = GAP.matcher(text);
    int at = 0;
    while (gap.find()) {
      built.addAll(this, at, gap.start());
      at = gap.end();
    }
    built.addAll(this, at, text.length());
    return built.build(Kind.JOINED);
  }

  /** Returns whether no letter or digit is next to this part, except hidden ones. */
  boolean isAlone(int begin, int end, BitSet hidden) {
    return (begin == 0 || ends(begin - 1, hidden)) && (end == text.length() || ends(end, hidden));
  }

  private boolean ends(int at, BitSet hidden) {
    return !Character.isLetterOrDigit(text.charAt(at)) || hidden.get(from[at]);
  }

  /**
   * Marks a part in the original text.
   *
   * @param asBase64 whether adjacent Base64 digits in the original text are marked too
   */
  void mark(int begin, int end, boolean asBase64, BitSet in) {
    int first = begin;
    int last = end;
    while (asBase64 && first > 0 && isBase64(first - 1) && to[first - 1] == from[first]) {
      first--;
    }
    while (asBase64 && last < text.length() && isBase64(last) && to[last - 1] == from[last]) {
      last++;
    }
    in.set(from[first], to[last - 1]);
  }

  private boolean isBase64(int at) {
    char c = text.charAt(at);
    return (c < 128 && Character.isLetterOrDigit(c)) || BASE64.indexOf(c) >= 0;
  }

  private static final class Builder {
    private final StringBuilder text = new StringBuilder();
    private int[] from;
    private int[] to;

    Builder(int chars) {
      from = new int[chars];
      to = new int[chars];
    }

    void add(char c, int begin, int end) {
      if (text.length() == from.length) {
        from = Arrays.copyOf(from, 2 * from.length + 1);
        to = Arrays.copyOf(to, from.length);
      }
      from[text.length()] = begin;
      to[text.length()] = end;
      text.append(Character.toLowerCase(c));
    }

    void addAll(EncodedText other, int begin, int end) {
      for (int i = begin; i < end; i++) {
        add(other.text.charAt(i), other.from[i], other.to[i]);
      }
    }

    Builder plusAsSpace() {
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) == '+') {
          text.setCharAt(i, ' ');
        }
      }
      return this;
    }

    EncodedText build(Kind kind) {
      return new EncodedText(kind, text.toString(), from, to);
    }
  }
}
