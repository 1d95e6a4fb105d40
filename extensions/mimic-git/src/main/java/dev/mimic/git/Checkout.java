package dev.mimic.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import com.google.common.base.CharMatcher;
import com.google.common.base.Utf8;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.eclipse.jgit.attributes.Attributes;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheCheckout;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.dircache.DirCacheIterator;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.TreeWalk.OperationType;

/**
 * A checkout of a tree into an empty work tree, with the same bytes as git. JGit 7.8 misreads names
 * that are not UTF-8. It lets the JVM replace characters that the locale cannot encode. It ignores
 * {@code working-tree-encoding} (gitattributes(5)).
 */
record Checkout(Repository repository, ProgressMonitor progress) {
  private static final String ENCODING = "working-tree-encoding";
  private static final String IDENT = "ident";

  // A keyword with other text belongs to another system, and is not replaced.
  private static final Pattern ID = Pattern.compile("\\$Id(?:: ?[^ $\\n]* ?)?\\$");

  // Encodings with a byte order mark: the last by gitattributes(5), the others as in GNU iconv.
  private static final ImmutableMap<String, String> MARKED_CHARSETS =
      ImmutableMap.of(
          "UTF-16", "x-UTF-16LE-BOM",
          "UTF16", "x-UTF-16LE-BOM",
          "UTF-32", "X-UTF-32LE-BOM",
          "UTF32", "X-UTF-32LE-BOM",
          "UTF-16LE-BOM", "x-UTF-16LE-BOM");

  /** Writes the tree, or nothing at all if a name cannot be written. */
  void run(ObjectId tree) throws IOException {
    boolean converts = check(tree);
    DirCache index = repository.lockDirCache();
    try {
      DirCacheCheckout checkout = new DirCacheCheckout(repository, index, tree);
      checkout.setProgressMonitor(progress);
      boolean unused = checkout.checkout();
    } finally {
      index.unlock();
    }
    if (converts) {
      convert();
    }
  }

  /**
   * Returns whether a file of attributes contains those that JGit ignores. Throws if the name of a
   * file cannot be written.
   */
  private boolean check(ObjectId tree) throws IOException {
    boolean converts = false;
    try (TreeWalk walk = new TreeWalk(repository)) {
      walk.setRecursive(true);
      int unused = walk.addTree(tree);
      while (walk.next()) {
        check(walk.getRawPath());
        if (walk.getNameString().equals(Constants.DOT_GIT_ATTRIBUTES)) {
          byte[] content = walk.getObjectReader().open(walk.getObjectId(0)).getCachedBytes();
          String text = new String(content, ISO_8859_1);
          converts |= text.contains(ENCODING) || text.contains(IDENT);
        }
      }
    }
    return converts;
  }

  private static void check(byte[] path) throws GitException {
    String why = "";
    if (!Utf8.isWellFormed(path)) {
      why = "is not UTF-8, and Java cannot write it: use git";
    } else {
      String name = new String(path, UTF_8);
      try {
        if (!CharMatcher.ascii().matchesAllOf(name)) {
          Path unused = Path.of(name);
        }
      } catch (InvalidPathException e) {
        why =
            "cannot be written in this locale, whose encoding is %s: set LC_ALL to C.UTF-8"
                .formatted(System.getProperty("sun.jnu.encoding"));
      }
    }
    if (!why.isEmpty()) {
      throw new GitException(
          "the name of the file \"%s\" %s".formatted(RefNames.quoted(path), why));
    }
  }

  /** Rewrites each file whose content on disk differs from its blob. */
  private void convert() throws IOException {
    DirCache index = repository.lockDirCache();
    try (TreeWalk walk = new TreeWalk(repository)) {
      walk.setAttributesNodeProvider(repository.createAttributesNodeProvider());
      walk.setOperationType(OperationType.CHECKOUT_OP);
      walk.setRecursive(true);
      int at = walk.addTree(new DirCacheIterator(index));
      while (walk.next()) {
        Attributes attributes = walk.getAttributes();
        String encoding = requireNonNullElse(attributes.getValue(ENCODING), "");
        if (!encoding.isEmpty() || attributes.isSet(IDENT)) {
          DirCacheIterator entry = walk.getTree(at, DirCacheIterator.class);
          convert(entry.getDirCacheEntry(), attributes.isSet(IDENT), encoding);
        }
      }
      index.write();
      if (!index.commit()) {
        throw new GitException("the index of %s could not be written".formatted(repository));
      }
    } finally {
      index.unlock();
    }
  }

  private void convert(DirCacheEntry entry, boolean identifies, String encoding)
      throws IOException {
    Path file = repository.getWorkTree().toPath().resolve(entry.getPathString());
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    byte[] content = Files.readAllBytes(file);
    if (identifies) {
      String id = "\\$Id: %s \\$".formatted(entry.getObjectId().name());
      content = ID.matcher(new String(content, ISO_8859_1)).replaceAll(id).getBytes(ISO_8859_1);
    }
    if (!encoding.isEmpty()) {
      content = encoded(entry, content, encoding);
    }
    Path unused = Files.write(file, content);
    entry.setLength(Files.size(file));
    entry.setLastModified(Files.getLastModifiedTime(file).toInstant());
  }

  private static byte[] encoded(DirCacheEntry entry, byte[] content, String encoding)
      throws GitException {
    try {
      String name = encoding.toUpperCase(Locale.ROOT);
      Charset charset = Charset.forName(MARKED_CHARSETS.getOrDefault(name, name));
      CharBuffer text = UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
      ByteBuffer bytes = charset.newEncoder().encode(text);
      byte[] result = new byte[bytes.remaining()];
      bytes.get(result);
      return result;
    } catch (IllegalCharsetNameException
        | UnsupportedCharsetException
        | CharacterCodingException e) {
      throw new GitException(
          "the file \"%s\" cannot be written in its %s, %s: use git"
              .formatted(RefNames.quoted(entry.getRawPath()), ENCODING, OneLine.of(encoding)),
          e);
    }
  }
}
