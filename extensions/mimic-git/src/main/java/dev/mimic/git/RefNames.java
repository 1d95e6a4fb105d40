package dev.mimic.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.common.base.Splitter;
import com.google.common.base.Utf8;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/**
 * A check of ref names. To git they are bytes. JGit 7.8 reads a name that is not UTF-8 as ISO
 * 8859-1 and writes it as UTF-8, which makes another ref; in a folder it does not find the name.
 */
final class RefNames {
  private static final Splitter WORDS = Splitter.onPattern("[ \\x00\\n\\r\\t:]").omitEmptyStrings();

  private RefNames() {}

  /**
   * Returns an exception if a name in a line, or in several lines, is not UTF-8.
   *
   * @param where the repository of the refs, for the message
   */
  static Optional<GitException> refusal(byte[] text, String where) {
    if (Utf8.isWellFormed(text)) {
      return Optional.empty();
    }
    return WORDS
        .splitToStream(new String(text, ISO_8859_1))
        .map(word -> word.getBytes(ISO_8859_1))
        .filter(word -> !Utf8.isWellFormed(word))
        .findFirst()
        .map(name -> refusal(where, quoted(name)));
  }

  private static GitException refusal(String where, String name) {
    return new GitException(
        "%s has the ref \"%s\", whose name is not UTF-8: use git, or rename the ref"
            .formatted(where, name));
  }

  /**
   * Throws if the name of a ref is not UTF-8.
   *
   * @param name the name of the repository, for the message
   */
  static void check(Repository repository, String name) throws IOException {
    if (repository.getDirectory() == null) {
      return; // not stored in files
    }
    Path folder = repository.getCommonDirectory().toPath();
    for (Path file :
        new Path[] {
          repository.getDirectory().toPath().resolve(Constants.HEAD),
          folder.resolve(Constants.PACKED_REFS)
        }) {
      if (Files.isRegularFile(file)) {
        Optional<GitException> refusal = refusal(Files.readAllBytes(file), name);
        if (refusal.isPresent()) {
          throw refusal.orElseThrow();
        }
      }
    }
    checkFiles(folder, name);
  }

  private static void checkFiles(Path folder, String name) throws IOException {
    Path refs = folder.resolve("refs");
    if (!Files.isDirectory(refs)) {
      return;
    }
    Path unused =
        Files.walkFileTree(
            refs,
            new SimpleFileVisitor<>() {
              @Override
              public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes)
                  throws IOException {
                return visitFile(each, attributes);
              }

              @Override
              public FileVisitResult visitFile(Path each, BasicFileAttributes attributes)
                  throws IOException {
                // The string of a path replaces bytes that Java cannot decode; its URI keeps them.
                if (each.toString().indexOf('\ufffd') >= 0) {
                  byte[] bytes = decoded(folder.toUri().relativize(each.toUri()));
                  if (!Utf8.isWellFormed(bytes)) {
                    throw refusal(name, quoted(bytes));
                  }
                }
                return FileVisitResult.CONTINUE;
              }

              @Override
              public FileVisitResult visitFileFailed(Path each, IOException e) {
                return FileVisitResult.CONTINUE; // another program has just deleted it
              }

              @Override
              public FileVisitResult postVisitDirectory(Path each, @Nullable IOException e) {
                return FileVisitResult.CONTINUE;
              }
            });
  }

  private static byte[] decoded(URI relative) {
    // ISO 8859-1 maps each byte to one character.
    String text = URLDecoder.decode(relative.getRawPath().replace("+", "%2B"), ISO_8859_1);
    return text.getBytes(ISO_8859_1);
  }

  /** Returns a name as git prints it, with octal escapes for bytes that are not ASCII. */
  static String quoted(byte[] name) {
    StringBuilder quoted = new StringBuilder();
    for (byte each : name) {
      if (each < ' ') {
        quoted.append("\\%03o".formatted(each & 0xff));
      } else {
        quoted.append((char) each);
      }
    }
    return quoted.toString();
  }
}
