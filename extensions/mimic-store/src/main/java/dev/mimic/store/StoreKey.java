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
 * A path of a tree, and the rules for new keys.
 *
 * @param names the names from the root to the entry. Each char holds a byte, as in {@link
 *     TreeObjects.Entry}.
 */
record StoreKey(ImmutableList<String> names) implements Comparable<StoreKey> {
  static final StoreKey ROOT = new StoreKey(ImmutableList.of());
  static final int MAX_BYTES = 1000; // macOS allows 1024 in a checkout, with its folder
  static final int MAX_NAME_BYTES = 255;
  static final int MAX_NAMES = 100;

  private static final int MAX_PRINTED = 200;

  /** The files that git fsck inspects, and the short names of NTFS for .git and its kind. */
  private static final Pattern RESERVED_BY_GIT =
      Pattern.compile("\\.git(modules|attributes)|gi[^~]*~\\d.*", Pattern.CASE_INSENSITIVE);

  /** Devices of Windows. JGit checks some of them, and not in all forms. */
  private static final Pattern DEVICE =
      Pattern.compile(
          "(con|prn|aux|nul|conin\\$|conout\\$|(com|lpt)[0-9\u00b9\u00b2\u00b3]) *(\\..*)?",
          Pattern.CASE_INSENSITIVE);

  /** Returns the path of a key, or empty if the key is not a path. */
  static Optional<StoreKey> find(String key) {
    if (!UTF_8.newEncoder().canEncode(key)) {
      return Optional.empty();
    }
    List<String> names = Splitter.on('/').splitToList(new String(key.getBytes(UTF_8), ISO_8859_1));
    return names.contains("")
        ? Optional.empty()
        : Optional.of(new StoreKey(ImmutableList.copyOf(names)));
  }

  /** Returns the path of a new key. Throws if Git or any platform cannot store it. */
  static StoreKey check(String key) {
    Optional<StoreKey> found = find(key);
    String reason = found.isPresent() ? refusal(key, found.orElseThrow()) : malformed(key);
    if (!reason.isEmpty()) {
      throw new IllegalArgumentException(
          "key (%s) must be names with / between them that every platform can store: %s"
              .formatted(printable(key), reason));
    }
    return found.orElseThrow();
  }

  private static String malformed(String key) {
    return UTF_8.newEncoder().canEncode(key)
        ? "it has an empty name"
        : "it has half of a surrogate pair";
  }

  /** Returns the reason to refuse a key, or an empty string. */
  private static String refusal(String key, StoreKey path) {
    if (Utf8.encodedLength(key) > MAX_BYTES
        || path.names.size() > MAX_NAMES
        || path.names.stream().anyMatch(name -> name.length() > MAX_NAME_BYTES)) {
      return "it can have at most %d bytes in %d names of %d bytes each"
          .formatted(MAX_BYTES, MAX_NAMES, MAX_NAME_BYTES);
    }
    if (!key.codePoints().allMatch(StoreKey::isVisible)) {
      return "it has a control character or another invisible one";
    }
    for (String name : Splitter.on('/').split(key)) {
      if (RESERVED_BY_GIT.matcher(name).matches()) {
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

  /** Returns whether a character is visible and assigned. APFS refuses unassigned ones. */
  private static boolean isVisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT, // includes those that HFS+ ignores
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  /**
   * Returns a key in printable form, for messages. Invisible characters are escaped, and a long key
   * is cut off.
   */
  static String printable(String key) {
    String text =
        key.codePoints()
            .limit(MAX_PRINTED)
            .mapToObj(each -> isVisible(each) ? Character.toString(each) : escaped(each))
            .collect(joining());
    return key.codePointCount(0, key.length()) > MAX_PRINTED ? text + "..." : text;
  }

  private static String escaped(int codePoint) {
    return "\\u{%X}".formatted(codePoint);
  }

  StoreKey child(String name) {
    return new StoreKey(ImmutableList.<String>builder().addAll(names).add(name).build());
  }

  /** Returns the key of this path, or empty if {@link #find} has no key for it. */
  Optional<String> key() {
    byte[] path = path().getBytes(ISO_8859_1);
    boolean isKey =
        Utf8.isWellFormed(path)
            && names.stream().noneMatch(name -> name.isEmpty() || name.contains("/"));
    return isKey ? Optional.of(new String(path, UTF_8)) : Optional.empty();
  }

  /** Returns the path as text. Bytes that are not UTF-8 become replacement characters. */
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
    return printable(name());
  }

  static ImmutableList<String> keys(List<StoreKey> paths) {
    return paths.stream().map(StoreKey::name).collect(toImmutableList());
  }
}
