package dev.mimic;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The secrets of one request, which are removed from every text about it: from what a protocol
 * describes, and from what a peer echoes. Immutable.
 */
final class Secrets {
  /** A shorter one cannot be told from the words around it. */
  private static final int MIN_CHARS = 3;

  /** As many characters at its beginning show a secret that is cut off. */
  private static final int BEGINNING = 24;

  private final List<String> longestFirst;

  Secrets(Collection<String> secrets) {
    this.longestFirst =
        secrets.stream()
            .flatMap(Secrets::forms)
            .filter(each -> each.length() >= MIN_CHARS)
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  /** Returns the secret, also without a leading slash and as it is printed. */
  private static Stream<String> forms(String secret) {
    String bare = secret.startsWith("/") || secret.startsWith("?") ? secret.substring(1) : secret;
    return Stream.of(secret, bare, Printed.whole(secret), Printed.whole(bare));
  }

  /** Returns the text with {@code ***} in place of each secret. */
  String hideIn(String text) {
    String shown = text;
    for (String secret : longestFirst) {
      shown = hide(secret, shown);
    }
    return shown;
  }

  private static String hide(String secret, String text) {
    String beginning = secret.substring(0, Math.min(BEGINNING, secret.length()));
    int found = text.indexOf(beginning);
    if (found < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    int copied = 0;
    while (found >= 0) {
      int end = found + beginning.length();
      while (end < text.length()
          && end - found < secret.length()
          && text.charAt(end) == secret.charAt(end - found)) {
        end++;
      }
      out.append(text, copied, found).append(Printed.SECRET);
      copied = end;
      found = text.indexOf(beginning, end);
    }
    return out.append(text, copied, text.length()).toString();
  }

  /** Returns the exception, or one that stands for it if a message in it has a secret. */
  Exception withhold(Exception thrown) {
    return areIn(thrown) ? new WithheldException(thrown) : thrown;
  }

  /** Returns whether one of them is in a message of the exception, or of a cause. */
  boolean areIn(Exception thrown) {
    return shows(thrown, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private boolean shows(Throwable thrown, Set<Throwable> seen) {
    if (!seen.add(thrown)) {
      return false;
    }
    String text = String.valueOf(thrown);
    return !hideIn(text).equals(text)
        || (thrown.getCause() != null && shows(thrown.getCause(), seen))
        || Stream.of(thrown.getSuppressed()).anyMatch(each -> shows(each, seen));
  }
}
