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

/** A file to write. A failure names it, unlike one of the JDK. */
final class OutputFile extends FilterOutputStream {
  private final Path name;

  private OutputFile(Path name, OutputStream out) {
    super(out);
    this.name = name;
  }

  /** A writer of the content. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file completely. If that fails or the program is stopped, the file is left as it was.
   * An existing pipe, device or link is written as the content arrives.
   */
  static void write(Path file, Content content) throws IOException {
    if (Files.exists(file, NOFOLLOW_LINKS) && !Files.isRegularFile(file, NOFOLLOW_LINKS)) {
      writeInto(file, file, content);
    } else {
      Path unused = InterruptOnShutdown.call(() -> writeWhole(file, content));
    }
  }

  /** Appends to a file. After a failure, the file keeps the written part. */
  static void append(Path file, Content content) throws IOException {
    writeInto(file, file, content, CREATE, APPEND);
  }

  /** Overwrites a file in place. After a failure, the file keeps the written part. */
  static void startOver(Path file, Content content) throws IOException {
    writeInto(file, file, content, CREATE, WRITE, TRUNCATE_EXISTING);
  }

  /** Writes a temporary file with the permissions of the file, and moves it to its place. */
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

  /** Creates the temporary file, readable by those who can read the file. */
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
      Path unusedToo =
          Files.setPosixFilePermissions(part, permissions); // restores bits that the umask removed
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
