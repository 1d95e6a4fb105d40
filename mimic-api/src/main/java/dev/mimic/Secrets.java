package dev.mimic;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Passwords and tokens that no message may show, even if a peer repeats them. A protocol that puts
 * text of a peer into a message must filter it by this class. Immutable. Prints no secret.
 *
 * <p>A secret is found in upper and lower case, and in these forms:
 *
 * <ul>
 *   <li>as it is, in UTF-8 bytes each taken for a character, and escaped as in Java;
 *   <li>percent-encoded or in quoted-printable, all of it or single characters of it, in any case
 *       of the digits; with {@code +} for a space;
 *   <li>in character references of HTML and XML, all of it or single characters of it: decimal,
 *       hexadecimal, and by the names of ASCII and Latin-1;
 *   <li>in Base64 of both alphabets, also as a part of what is encoded, as in {@code
 *       user:password};
 *   <li>in hexadecimal digits;
 *   <li>broken into several lines, also those of a reply with a code before each (RFC 5321, section
 *       4.2.1), if it has six characters or more.
 * </ul>
 *
 * <p><b>Short secrets.</b> One character alone is not hidden: it cannot be told from any other. Two
 * or three are hidden where no letter or digit is next to them, except one that is hidden. From
 * four on, a secret is hidden wherever it is, also within a word. Hexadecimal digits are looked for
 * from four characters on.
 */
public final class Secrets {
  private static final int MIN_CHARS = 2;
  private static final int MAX_CHARS_ALONE = 3;
  private static final int MIN_CHARS_IN_HEX = 4;

  /** As many characters of a secret show that a peer repeats it. */
  private static final int PART = 6;

  /** As many characters at its beginning show a secret that is cut off. */
  private static final int BEGINNING = 24;

  private final Set<Form> forms;

  private final int maxCharsAlone;

  private Secrets(Set<Form> forms, int maxCharsAlone) {
    this.forms = forms;
    this.maxCharsAlone = maxCharsAlone;
  }

  /** Returns an instance that hides these texts. Empty texts are ignored. */
  public static Secrets of(Collection<String> secrets) {
    Set<Form> forms = new LinkedHashSet<>();
    secrets.forEach(each -> add(each, forms));
    return new Secrets(forms, MAX_CHARS_ALONE);
  }

  /**
   * Returns an instance for the secrets of a request. Three characters are hidden everywhere: they
   * can be a part of a password, with another part next to them.
   */
  static Secrets ofRequest(Collection<String> secrets) {
    return new Secrets(of(secrets).forms, MAX_CHARS_ALONE - 1);
  }

  /**
   * Returns an instance that also hides a password and the forms that logins send: Base64 of {@code
   * user:password} (Basic, RFC 7617) and of {@code \0user\0password} (PLAIN, RFC 4616).
   */
  public Secrets withLogin(String user, String password) {
    Set<Form> more = new LinkedHashSet<>(forms);
    add(password, more);
    if (!password.isEmpty()) {
      for (String both : List.of(user + ":" + password, "\0" + user + "\0" + password)) {
        addBase64(base64(both.getBytes(UTF_8)), more);
      }
    }
    return new Secrets(more, maxCharsAlone);
  }

  private static void add(String secret, Set<Form> to) {
    String bare = secret.startsWith("/") || secret.startsWith("?") ? secret.substring(1) : secret;
    if (secret.length() < MIN_CHARS) {
      return;
    }
    byte[] bytes = secret.getBytes(UTF_8);
    Stream.of(secret, bare, Printed.whole(secret), Printed.whole(bare), latin(bytes))
        .distinct()
        .forEach(each -> to.add(Form.of(each, false)));
    if (secret.length() >= MIN_CHARS_IN_HEX) {
      to.add(Form.of(HexFormat.of().formatHex(bytes), false));
    }
    addBase64(base64(bytes), to);
    for (int before = 0; before < 3; before++) {
      addBase64(withinBase64(bytes, before), to);
    }
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  private static void addBase64(String encoded, Set<Form> to) {
    Stream.of(encoded, encoded.replace('+', '-').replace('/', '_'))
        .distinct()
        .forEach(each -> to.add(Form.of(each, true)));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * Returns the Base64 digits that depend on these bytes only, if {@code before} other bytes,
   * modulo three, precede them. Empty if there are too few.
   */
  private static String withinBase64(byte[] bytes, int before) {
    byte[] all = new byte[before + bytes.length];
    System.arraycopy(bytes, 0, all, before, bytes.length);
    int from = (before * 8 + 5) / 6;
    int to = all.length * 8 / 6;
    return to - from < PART ? "" : base64(all).substring(from, to);
  }

  /** Returns the text with {@code ***} in place of each secret. */
  public String hideIn(String text) {
    BitSet hidden = found(text);
    if (hidden.isEmpty()) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    int copied = 0;
    while (copied < text.length()) {
      int from = hidden.nextSetBit(copied);
      if (from < 0) {
        break;
      }
      out.append(text, copied, from).append(Printed.SECRET);
      copied = hidden.nextClearBit(from);
    }
    return out.append(text, copied, text.length()).toString();
  }

  /**
   * Returns whether a peer's text repeats a secret, or six characters in a row of one, as a
   * truncated repetition does. Such a text should not be shown at all. Pass all lines of a reply
   * together.
   */
  public boolean areEchoedIn(String text) {
    return !found(text).isEmpty()
        || EncodedText.readings(text).stream()
            .anyMatch(reading -> forms.stream().anyMatch(form -> form.hasPartIn(reading)));
  }

  /** Returns the indexes of the characters to hide. */
  private BitSet found(String text) {
    BitSet hidden = new BitSet();
    if (!forms.isEmpty()) {
      List<EncodedText> readings = EncodedText.readings(text);
      for (boolean ofShort : new boolean[] {false, true}) { // which look at what is next to them
        for (EncodedText reading : readings) {
          forms.stream()
              .filter(form -> form.isShort() == ofShort)
              .forEach(form -> form.find(reading, hidden, maxCharsAlone));
        }
      }
    }
    return hidden;
  }

  /** Returns the exception, or a substitute if a message in it contains a secret. */
  Exception withhold(Exception thrown) {
    return areIn(thrown) ? new WithheldException(thrown) : thrown;
  }

  /** Returns whether a message of the exception or of its causes contains a secret. */
  boolean areIn(Exception thrown) {
    return shows(thrown, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private boolean shows(Throwable thrown, Set<Throwable> seen) {
    if (!seen.add(thrown)) {
      return false;
    }
    return !found(String.valueOf(thrown)).isEmpty()
        || (thrown.getCause() != null && shows(thrown.getCause(), seen))
        || Stream.of(thrown.getSuppressed()).anyMatch(each -> shows(each, seen));
  }

  /**
   * A written form of a secret.
   *
   * @param text the form in lower case
   * @param decoded the same without its escapes
   * @param joined the same in one line, without spaces
   * @param isBase64 whether digits next to it belong to it
   */
  private record Form(String text, String decoded, String joined, boolean isBase64) {
    static Form of(String text, boolean isBase64) {
      List<EncodedText> readings = EncodedText.readings(text);
      return new Form(
          readings.get(0).text(), readings.get(1).text(), readings.get(2).text(), isBase64);
    }

    boolean isShort() {
      return text.length() <= MAX_CHARS_ALONE;
    }

    private String in(EncodedText reading) {
      return switch (reading.kind()) {
        case RAW -> text;
        case DECODED, DECODED_TWICE -> decoded;
        case JOINED -> joined.length() < PART ? "" : joined;
      };
    }

    boolean hasPartIn(EncodedText reading) {
      String form = in(reading);
      return IntStream.rangeClosed(0, form.length() - PART)
          .anyMatch(at -> reading.text().contains(form.substring(at, at + PART)));
    }

    void find(EncodedText reading, BitSet hidden, int maxCharsAlone) {
      String form = in(reading);
      if (form.length() < MIN_CHARS) {
        return;
      }
      String beginning = form.substring(0, Math.min(BEGINNING, form.length()));
      int at = reading.text().indexOf(beginning);
      while (at >= 0) {
        int end = at + beginning.length();
        while (end < reading.text().length()
            && end - at < form.length()
            && reading.text().charAt(end) == form.charAt(end - at)) {
          end++;
        }
        if (form.length() > maxCharsAlone || reading.isAlone(at, end, hidden)) {
          reading.mark(at, end, isBase64, hidden);
        }
        at = reading.text().indexOf(beginning, end);
      }
    }
  }
}
