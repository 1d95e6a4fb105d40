package dev.mimic.unix;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Counts the open sockets of this process on Linux. */
final class OpenSockets {
  private static final Path FDS = Path.of("/proc/self/fd");

  private OpenSockets() {}

  static void assumeCountable() {
    assumeTrue(Files.isDirectory(FDS), "there is no " + FDS + " here to count sockets in");
  }

  static long count() throws IOException {
    long count = 0;
    try (DirectoryStream<Path> fds = Files.newDirectoryStream(FDS)) {
      for (Path each : fds) {
        try {
          if (Files.readSymbolicLink(each).toString().startsWith("socket:")) {
            count++;
          }
        } catch (IOException e) {
          // The descriptor of the directory stream, or one that has just been closed.
        }
      }
    }
    return count;
  }
}
