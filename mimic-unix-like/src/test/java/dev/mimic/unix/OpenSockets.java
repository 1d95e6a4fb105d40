package dev.mimic.unix;

import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Counts the open sockets of this process on Linux. */
final class OpenSockets {
  private static final Path FDS = Path.of("/proc/self/fd");

  private OpenSockets() {}

  static void assumeCountable() {
    assumeTrue(Files.isDirectory(FDS), "there is no " + FDS + " here to count sockets in");
  }

  /**
   * Waits until as many sockets are open as before. A close by another thread, such as that of a
   * deadline, can still be in progress when the call that it ended returns.
   */
  static void awaitCount(long before) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (count() != before && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(1_000_000);
    }
    assertWithMessage("open sockets").that(count()).isEqualTo(before);
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
