package dev.mimic.store;

import static com.google.common.collect.ImmutableList.toImmutableList;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.google.common.base.Splitter;
import com.google.common.base.Utf8;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.ObjectChecker;

/**
 * A path in a tree.
 *
 * @param names the names on the way, the last one that of the entry; as in {@link
 *     TreeObjects.Entry}, each char is a byte
 */
record StoreKey(ImmutableList<String> names) implements Comparable<StoreKey> {
  static final StoreKey ROOT = new StoreKey(ImmutableList.of());
  static final int MAX_BYTES = 1000; // a checkout puts a folder before it, and macOS allows 1024
  static final int MAX_NAME_BYTES = 255;
  static final int MAX_NAMES = 100;

  private static final int SHOWN = 200;

  /** The files that git fsck looks into, and the short names that NTFS gives to names in .git. */
  private static final Pattern OF_GIT =
      Pattern.compile("\\.git(modules|attributes)|gi[^~]*~\\d.*", Pattern.CASE_INSENSITIVE);

  /** The devices that JGit does not know of, or not in all forms. */
  private static final Pattern DEVICE =
      Pattern.compile(
          "(con|prn|aux|nul|conin\\$|conout\\$|(com|lpt)[0-9\u00b9\u00b2\u00b3]) *(\\..*)?",
          Pattern.CASE_INSENSITIVE);

  /** Returns the path that a key names; empty if no path can be named so. */
  static Optional<StoreKey> find(String key) {
    if (!UTF_8.newEncoder().canEncode(key)) {
      return Optional.empty();
    }
    List<String> names = Splitter.on('/').splitToList(new String(key.getBytes(UTF_8), ISO_8859_1));
    return names.contains("")
        ? Optional.empty()
        : Optional.of(new StoreKey(ImmutableList.copyOf(names)));
  }

  /** Returns the path of a key that Git can keep and every platform can check out. */
  static StoreKey check(String key) {
    Optional<StoreKey> found = find(key);
    String reason = found.isPresent() ? refusal(key, found.orElseThrow()) : malformed(key);
    if (!reason.isEmpty()) {
      throw new IllegalArgumentException(
          "key (%s) must be names with / between them that every platform can store: %s"
              .formatted(shown(key), reason));
    }
    return found.orElseThrow();
  }

  private static String malformed(String key) {
    return UTF_8.newEncoder().canEncode(key)
        ? "it has an empty name"
        : "it has half of a surrogate pair";
  }

  /** Returns why a key is refused, or an empty string. */
  private static String refusal(String key, StoreKey path) {
    if (Utf8.encodedLength(key) > MAX_BYTES
        || path.names.size() > MAX_NAMES
        || path.names.stream().anyMatch(name -> name.length() > MAX_NAME_BYTES)) {
      return "it can have %d bytes in %d names of %d bytes each"
          .formatted(MAX_BYTES, MAX_NAMES, MAX_NAME_BYTES);
    }
    if (!key.codePoints().allMatch(StoreKey::isVisible)) {
      return "it has a control character or another invisible one";
    }
    for (String name : Splitter.on('/').split(key)) {
      if (OF_GIT.matcher(name).matches()) {
        return name + " is reserved by Git";
      }
      if (DEVICE.matcher(name).matches()) {
        return name + " is a device of Windows";
      }
    }
    try {
      new ObjectChecker().setSafeForWindows(true).setSafeForMacOS(true).checkPath(key);
      return "";
    } catch (CorruptObjectException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Returns whether it can be seen, and is not unassigned, which APFS refuses. */
  private static boolean isVisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT, // among them those that HFS+ ignores
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  /**
   * Returns a key as a part of one line, with the numbers of the characters that cannot be seen.
   */
  static String shown(String key) {
    String text =
        key.codePoints()
            .limit(SHOWN)
            .mapToObj(each -> isVisible(each) ? Character.toString(each) : escaped(each))
            .collect(joining());
    return key.codePointCount(0, key.length()) > SHOWN ? text + "..." : text;
  }

  private static String escaped(int codePoint) {
    return "\\u{%X}".formatted(codePoint);
  }

  StoreKey child(String name) {
    return new StoreKey(ImmutableList.<String>builder().addAll(names).add(name).build());
  }

  /** Returns the key that {@link #find} finds this path by, if there is one. */
  Optional<String> text() {
    byte[] path = path().getBytes(ISO_8859_1);
    boolean isKey =
        Utf8.isWellFormed(path)
            && names.stream().noneMatch(name -> name.isEmpty() || name.contains("/"));
    return isKey ? Optional.of(new String(path, UTF_8)) : Optional.empty();
  }

  /** Returns the names as text; where they are not UTF-8, with replacement characters. */
  String name() {
    return new String(path().getBytes(ISO_8859_1), UTF_8);
  }

  private String path() {
    return String.join("/", names);
  }

  @Override
  public int compareTo(StoreKey other) {
    return path().compareTo(other.path());
  }

  @Override
  public String toString() {
    return shown(name());
  }

  static ImmutableList<String> keys(List<StoreKey> paths) {
    return paths.stream().map(StoreKey::name).collect(toImmutableList());
  }
}
