package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A file or standard input to read. A failure names it, unlike one of the JDK. */
final class InputFile extends FilterInputStream {
  private final String name;

  private InputFile(String name, InputStream in) {
    super(in);
    this.name = name;
  }

  /** Opens a file, before anything is done that depends on it. */
  static InputFile open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw cannotRead(file.toString(), "it is a directory");
    }
    try {
      return new InputFile(file.toString(), Files.newInputStream(file));
    } catch (IOException e) {
      throw cannotRead(file.toString(), e);
    }
  }

  /** Returns the first line of a file with a secret, in UTF-8. It must not be empty. */
  static String firstLine(Path file) throws IOException {
    try (InputFile in = open(file)) {
      String line = new String(in.readAllBytes(), UTF_8).lines().findFirst().orElse("");
      if (line.isEmpty()) {
        throw cannotRead(in.name, "its first line is empty");
      }
      return line;
    }
  }

  /** Returns standard input. The caller does not close it. */
  static InputFile standard() {
    return new InputFile("standard input", System.in);
  }

  String name() {
    return name;
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (IOException e) {
      throw cannotRead(name, e);
    }
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    try {
      return super.read(to, offset, length);
    } catch (IOException e) {
      throw cannotRead(name, e);
    }
  }

  private static IOException cannotRead(String name, IOException cause) {
    IOException failure = cannotRead(name, reason(cause));
    failure.initCause(cause);
    return failure;
  }

  private static IOException cannotRead(String name, String reason) {
    return new IOException("cannot read %s: %s".formatted(name, reason));
  }

  /**
   * Returns the reason of a failure. The message of the JDK is often the name of the file alone.
   */
  static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    String reason =
        failure instanceof FileSystemException system ? system.getReason() : failure.getMessage();
    return Optional.ofNullable(reason).orElse(failure.getClass().getSimpleName());
  }
}
