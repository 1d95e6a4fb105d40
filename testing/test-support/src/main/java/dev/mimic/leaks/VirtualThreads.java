package dev.mimic.leaks;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The virtual threads of this JVM, read from a thread dump in a file. */
final class VirtualThreads {
  // #23 "name" virtual, followed by indented frames up to an empty line
  private static final Pattern THREAD =
      Pattern.compile("^#(\\d+) \"(.*)\" virtual.*((?:\\R[ \\t]+.*){0,8})", Pattern.MULTILINE);

  private VirtualThreads() {}

  /** Returns the name and stack of each thread by its number, without the threads of the JDK. */
  static Map<String, String> alive() {
    Map<String, String> alive = new HashMap<>();
    for (Matcher thread = THREAD.matcher(dump()); thread.find(); ) {
      if (!thread.group(2).contains("Poller")) { // polls the sockets of all virtual threads
        alive.put(thread.group(1), thread.group());
      }
    }
    return alive;
  }

  private static String dump() {
    try {
      Path folder = Files.createTempDirectory("threads");
      Path file = folder.resolve("dump.txt"); // must not exist
      try {
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
        return Files.readString(file);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
