package dev.mimic.demo;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/** What the user wants to have written, whose errors say that it was this that could not be. */
final class OutputFile extends FilterOutputStream {
  private final Path name;

  private OutputFile(Path name, OutputStream out) {
    super(out);
    this.name = name;
  }

  /** What is to be in it. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file: wholly, or not at all if that fails or the program is ended meanwhile. What is
   * there and is no file of its own, such as a pipe, a device or a link, is written as it comes.
   */
  static void write(Path file, Content content) throws IOException {
    if (Files.exists(file, NOFOLLOW_LINKS) && !Files.isRegularFile(file, NOFOLLOW_LINKS)) {
      writeInto(file, file, content);
    } else {
      Path unused = UntilTheEnd.call(() -> writeWhole(file, content));
    }
  }

  /** Writes after what is in a file, which keeps all that was written, whatever fails. */
  static void append(Path file, Content content) throws IOException {
    writeInto(file, file, content, CREATE, APPEND);
  }

  /** Writes in place of what is in a file, which keeps all that was written, whatever fails. */
  static void startOver(Path file, Content content) throws IOException {
    writeInto(file, file, content, CREATE, WRITE, TRUNCATE_EXISTING);
  }

  /** Writes beside the file what then takes its place, and has its permissions. */
  private static Path writeWhole(Path file, Content content) throws IOException {
    Path part = file.resolveSibling(".mimic-" + UUID.randomUUID());
    try {
      makePart(part, file);
      writeInto(part, file, content, WRITE);
      return Files.move(part, file, ATOMIC_MOVE);
    } catch (IOException | RuntimeException | Error e) {
      delete(part, e);
      throw e;
    }
  }

  /** Nobody may read it who may not read the file. */
  private static void makePart(Path part, Path file) throws IOException {
    try {
      if (!Files.exists(file)) {
        Path unused = Files.createFile(part);
        return;
      }
      if (!Files.isWritable(file)) {
        throw new AccessDeniedException(file.toString());
      }
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      Path unused = Files.createFile(part, PosixFilePermissions.asFileAttribute(permissions));
      Path unusedToo = Files.setPosixFilePermissions(part, permissions); // whatever the umask took
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  private static void writeInto(Path path, Path name, Content content, OpenOption... how)
      throws IOException {
    try (OutputStream out = open(path, name, how)) {
      content.writeTo(out);
    }
  }

  private static OutputStream open(Path path, Path name, OpenOption... how) throws IOException {
    try {
      return new OutputFile(name, Files.newOutputStream(path, how));
    } catch (IOException e) {
      throw cannotWrite(name, e);
    }
  }

  private static void delete(Path part, Throwable failure) {
    try {
      boolean unused = Files.deleteIfExists(part);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw cannotWrite(name, e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } catch (IOException e) {
      throw cannotWrite(name, e);
    }
  }

  private static IOException cannotWrite(Path name, IOException cause) {
    String reason =
        cause instanceof NoSuchFileException ? "there is no such folder" : InputFile.reason(cause);
    return new IOException("cannot write %s: %s".formatted(name, reason), cause);
  }
}
