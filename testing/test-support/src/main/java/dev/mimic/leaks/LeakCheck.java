package dev.mimic.leaks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/**
 * A check for leaks after all tests of a module: platform and virtual threads, sockets of every
 * family, and child processes. Ending resources get a grace period. A leak ends the JVM with an
 * error, because a listener cannot fail a test.
 *
 * <p>Sockets are found only on systems with {@code /proc}. Files and pipes are not checked.
 */
public final class LeakCheck implements TestExecutionListener {
  private static final Duration GRACE_PERIOD = Duration.ofSeconds(10);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

  private Set<Thread> threadsBefore = Set.of();
  private Set<String> virtualThreadsBefore = Set.of();
  private Set<String> socketsBefore = Set.of();

  /** Called by the JUnit platform. */
  public LeakCheck() {}

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    openPermanentSockets();
    threadsBefore = Thread.getAllStackTraces().keySet();
    virtualThreadsBefore = VirtualThreads.alive().keySet();
    socketsBefore = sockets();
  }

  /** Opens a channel, because the JDK keeps a pair of Unix sockets from its first channel on. */
  private static void openPermanentSockets() {
    try {
      SocketChannel.open().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    List<String> leaks = leaks();
    for (long end = System.nanoTime() + GRACE_PERIOD.toNanos();
        !leaks.isEmpty() && System.nanoTime() < end;
        leaks = leaks()) {
      pause();
    }
    if (!leaks.isEmpty()) {
      // The test runner captures System.err, whose content would be lost.
      PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8);
      err.println("The tests have leaked:");
      leaks.forEach(each -> err.println("  " + each));
      Runtime.getRuntime().halt(1);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_INTERVAL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> leaks() {
    List<String> leaks = new ArrayList<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (!threadsBefore.contains(thread) && !isPermanent(thread)) {
        leaks.add("thread " + thread + Stream.of(thread.getStackTrace()).limit(8).toList());
      }
    }
    VirtualThreads.alive()
        .forEach(
            (id, thread) -> {
              if (!virtualThreadsBefore.contains(id)) {
                leaks.add("virtual thread " + thread);
              }
            });
    for (String socket : sockets()) {
      if (!socketsBefore.contains(socket)) {
        leaks.add(socket + ends(socket));
      }
    }
    ProcessHandle.current().descendants().forEach(each -> leaks.add("process " + each.info()));
    return leaks;
  }

  /** Returns whether the JDK, the test runner or a library keeps this thread. */
  private static boolean isPermanent(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    String name = thread.getName();
    return group == null
        || group.getName().equals("system")
        || group.getName().equals("InnocuousThreadGroup")
        || name.startsWith("ForkJoinPool-1-") // the carriers of virtual threads
        || name.startsWith("ForkJoinPool.commonPool-")
        || name.startsWith("JFR ")
        || name.startsWith("process reaper")
        || name.startsWith("VirtualThread-unparker")
        || name.startsWith("CompletableFutureDelayScheduler")
        || name.equals("OkHttp TaskRunner") // static in OkHttp; ends after a minute
        || name.equals("Okio Watchdog") // static in Okio; ends after a minute
        || name.startsWith("sshd-kex-flusher-") // static in MINA SSHD; ends after a minute
        || name.startsWith("surefire-")
        || name.startsWith("junit-")
        || name.startsWith("PostgreSQL-JDBC-Cleaner") // static in the driver; ends after 30 s
        || name.startsWith("JGit-") // one for the life of the JVM
        || gathersEntropy(thread);
  }

  /** Returns whether the thread is Bouncy Castle's temporary daemon thread, which has no name. */
  private static boolean gathersEntropy(Thread thread) {
    return Stream.of(thread.getStackTrace())
        .anyMatch(
            frame -> frame.getClassName().startsWith("org.bouncycastle.jcajce.provider.drbg."));
  }

  /** Returns the open sockets of this process, as {@code socket:[inode]}. */
  private static Set<String> sockets() {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors
          .map(LeakCheck::target)
          .filter(target -> target.startsWith("socket:["))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      return Set.of(); // the directory does not exist
    }
  }

  /** Returns the ends of a TCP socket, or an empty string for other sockets. */
  private static String ends(String socket) {
    return Stream.of("/proc/self/net/tcp", "/proc/self/net/tcp6")
        .flatMap(LeakCheck::lines)
        .map(line -> line.strip().split("\\s+"))
        .filter(fields -> fields.length > 9 && socket.equals("socket:[" + fields[9] + "]"))
        .map(fields -> ", TCP from %s to %s".formatted(fields[1], fields[2]))
        .collect(Collectors.joining());
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed in the meantime
    }
  }

  private static Stream<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file)).stream();
    } catch (IOException e) {
      return Stream.of();
    }
  }
}
