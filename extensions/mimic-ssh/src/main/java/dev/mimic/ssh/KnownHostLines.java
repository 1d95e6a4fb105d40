package dev.mimic.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The lines of a {@code known_hosts} file for one name, parsed as by OpenSSH (sshd(8),
 * SSH_KNOWN_HOSTS FILE FORMAT).
 *
 * @param lines the well-formed lines
 * @param errors descriptions of malformed lines that apply or may apply to the name
 */
record KnownHostLines(List<Line> lines, List<String> errors) {
  private static final String HASHED = "|1|";
  private static final int HASH_BYTES = 20;

  /** The marker at the start of a line, which begins with {@code @}. */
  enum Marker {
    NONE,
    CERT_AUTHORITY,
    REVOKED
  }

  /** A line with its number, counted from 1. */
  record Line(int number, Marker marker, PublicKeyBlob key) {}

  /**
   * Parses the lines for a name.
   *
   * @param name the host in lower case, or {@code [host]:port}
   */
  static KnownHostLines about(String name, byte[] file) {
    List<Line> lines = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    int number = 0;
    for (String text : new String(file, UTF_8).split("\n", -1)) {
      number++;
      try {
        read(number, upToNul(text), name).ifPresent(lines::add);
      } catch (IOException e) {
        errors.add("line %d is malformed: %s".formatted(number, e.getMessage()));
      }
    }
    return new KnownHostLines(List.copyOf(lines), List.copyOf(errors));
  }

  /** Returns the part of a line that OpenSSH parses. */
  private static String upToNul(String line) {
    int end = line.indexOf('\0');
    return end < 0 ? line : line.substring(0, end);
  }

  Stream<Line> marked(Marker marker) {
    return lines.stream().filter(line -> line.marker() == marker);
  }

  private static Optional<Line> read(int number, String text, String name) throws IOException {
    String line = withoutLeadingBlanks(text.endsWith("\r") ? chop(text) : text);
    if (line.isEmpty() || line.startsWith("#")) {
      return Optional.empty();
    }
    Marker marker = marker(line);
    String hostsOn = marker == Marker.NONE ? line : afterWord(line);
    if (hostsOn.startsWith("@")) {
      throw new IOException("it has two markers");
    }
    if (!matches(word(hostsOn), name)) {
      return Optional.empty();
    }
    String typeOn = afterWord(hostsOn);
    if (typeOn.isEmpty() || typeOn.startsWith("#")) {
      throw new IOException("it has no key");
    }
    return Optional.of(new Line(number, marker, key(word(typeOn), word(afterWord(typeOn)))));
  }

  private static Marker marker(String line) throws IOException {
    if (!line.startsWith("@")) {
      return Marker.NONE;
    }
    String word = word(line);
    if (word.equals("@revoked")) {
      return Marker.REVOKED; // also before a tab, where OpenSSH ignores the line, which is unsafe
    }
    int space = line.indexOf(' ');
    if (word.equals("@cert-authority") && (space < 0 || space == word.length())) {
      return Marker.CERT_AUTHORITY;
    }
    throw new IOException(
        "its marker is neither \"@cert-authority \" nor \"@revoked \", with a space after it");
  }

  private static PublicKeyBlob key(String type, String base64) throws IOException {
    byte[] blob;
    try {
      blob = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IOException("its key is not in base64", e);
    }
    if (!Base64.getEncoder().encodeToString(blob).equals(base64)) {
      throw new IOException("its key is not in base64");
    }
    PublicKeyBlob key = PublicKeyBlob.parse(blob);
    if (!blobBegins(blob, type)) {
      throw new IOException("its key is not of the type " + type);
    }
    return key;
  }

  private static boolean blobBegins(byte[] blob, String type) {
    return PublicKeyBlob.text(PublicKeyBlob.string(ByteBuffer.wrap(blob))).equals(type);
  }

  /** Returns whether the field with the hosts matches the name. */
  private static boolean matches(String hosts, String name) throws IOException {
    return hosts.startsWith("|") ? matchesHash(hosts, name) : matchesList(hosts, name);
  }

  private static boolean matchesHash(String hash, String name) throws IOException {
    int end = hash.indexOf('|', HASHED.length());
    if (!hash.startsWith(HASHED) || end < 0) {
      throw new IOException("its hashed name is not of the form |1|SALT|HASH");
    }
    byte[] salt;
    try {
      salt = Base64.getDecoder().decode(hash.substring(HASHED.length(), end));
    } catch (IllegalArgumentException e) {
      throw new IOException("the salt of its hashed name is not in base64", e);
    }
    if (salt.length != HASH_BYTES) {
      throw new IOException(
          "the salt of its hashed name does not have %d bytes".formatted(HASH_BYTES));
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(salt, "HmacSHA1"));
      String expected = Base64.getEncoder().encodeToString(mac.doFinal(name.getBytes(UTF_8)));
      return hash.substring(end + 1).equals(expected);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK supports HMAC-SHA1", e);
    }
  }

  /** Returns whether a pattern of the list matches, and no negated one does. */
  private static boolean matchesList(String patterns, String name) {
    boolean matched = false;
    for (String pattern : patterns.toLowerCase(Locale.ROOT).split(",", -1)) {
      boolean negated = pattern.startsWith("!");
      if (glob(negated ? pattern.substring(1) : pattern, name)) {
        if (negated) {
          return false;
        }
        matched = true;
      }
    }
    return matched;
  }

  /** Matches {@code *} and {@code ?}. The time is bounded by the product of the lengths. */
  private static boolean glob(String pattern, String name) {
    int p = 0;
    int star = -1;
    int afterStar = 0;
    for (int n = 0; n < name.length(); ) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        afterStar = n;
      } else if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n))) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++afterStar;
      } else {
        return false;
      }
    }
    return pattern.substring(p).chars().allMatch(rest -> rest == '*');
  }

  private static String chop(String text) {
    return text.substring(0, text.length() - 1);
  }

  private static String word(String text) {
    int end = 0;
    while (end < text.length() && !isBlank(text.charAt(end))) {
      end++;
    }
    return text.substring(0, end);
  }

  private static String afterWord(String text) {
    return withoutLeadingBlanks(text.substring(word(text).length()));
  }

  private static String withoutLeadingBlanks(String text) {
    int begin = 0;
    while (begin < text.length() && isBlank(text.charAt(begin))) {
      begin++;
    }
    return text.substring(begin);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
