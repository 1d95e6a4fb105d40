package dev.mimic.peers;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The programs that tests needed and did not find, reported in one line at the end of the build.
 * The test JVMs share a folder that has an empty file for each missing program.
 */
public final class MissingPeers {
  private MissingPeers() {}

  /** Records whether a program is missing, in the folder of the property mimic.missing-peers. */
  static void note(String program, boolean missing) {
    String folder = System.getProperty("mimic.missing-peers");
    if (folder == null) {
      return;
    }
    Path file = Path.of(folder, program);
    try {
      if (missing) {
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[0]);
      } else {
        Files.deleteIfExists(file); // left by an earlier build
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Prints the programs of this folder. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      String names =
          files.map(file -> file.getFileName().toString()).sorted().collect(joining(", "));
      if (!names.isEmpty()) {
        System.out.println("Tests were skipped because these programs are not installed: " + names);
      }
    }
  }
}
