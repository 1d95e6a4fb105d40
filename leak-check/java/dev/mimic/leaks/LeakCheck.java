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
 * Looks, when all tests of a module have run, for what was not there before: threads of both kinds,
 * sockets of every family, whether connected or not, and child processes. What is on its way out is
 * given a while. What stays ends the JVM with an error, for a listener cannot fail a test.
 *
 * <p>Sockets are found only where there is {@code /proc}. Files and pipes are not looked for.
 */
public final class LeakCheck implements TestExecutionListener {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  private Set<Thread> threadsBefore = Set.of();
  private Set<String> virtualThreadsBefore = Set.of();
  private Set<String> socketsBefore = Set.of();

  /** Called by the JUnit platform. */
  public LeakCheck() {}

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    makeSocketsThatStay();
    threadsBefore = Thread.getAllStackTraces().keySet();
    virtualThreadsBefore = VirtualThreads.alive().keySet();
    socketsBefore = sockets();
  }

  /** With its first channel, the JDK makes a pair of Unix sockets that it keeps. */
  private static void makeSocketsThatStay() {
    try {
      SocketChannel.open().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    List<String> leaks = leaks();
    for (long end = System.nanoTime() + PATIENCE.toNanos();
        !leaks.isEmpty() && System.nanoTime() < end;
        leaks = leaks()) {
      pause();
    }
    if (!leaks.isEmpty()) {
      // System.err is held back by who runs the tests, and would be lost.
      PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8);
      err.println("The tests have left behind:");
      leaks.forEach(each -> err.println("  " + each));
      Runtime.getRuntime().halt(1);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(BETWEEN_LOOKS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> leaks() {
    List<String> leaks = new ArrayList<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (!threadsBefore.contains(thread) && !isOfThePlatform(thread)) {
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

  /** The JDK's, Surefire's and JUnit's own threads, which live as long as the JVM, and such. */
  private static boolean isOfThePlatform(Thread thread) {
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
        || name.equals("OkHttp TaskRunner") // a static of OkHttp's; idles for a minute
        || name.equals("Okio Watchdog") // likewise
        || name.startsWith("sshd-kex-flusher-") // a static of Apache MINA's; idles for a minute
        || name.startsWith("surefire-")
        || name.startsWith("junit-")
        || name.startsWith("JGit-") // the library has one such thread, as long as the JVM lives
        || gathersEntropy(thread);
  }

  /** Bouncy Castle does so now and then, for seconds, in a daemon thread that has no name. */
  private static boolean gathersEntropy(Thread thread) {
    return Stream.of(thread.getStackTrace())
        .anyMatch(
            frame -> frame.getClassName().startsWith("org.bouncycastle.jcajce.provider.drbg."));
  }

  /** Returns the sockets that this process has open, as {@code socket:[inode]}. */
  private static Set<String> sockets() {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors
          .map(LeakCheck::target)
          .filter(target -> target.startsWith("socket:["))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      return Set.of(); // there is no such directory
    }
  }

  /** Returns what the ends of a TCP socket are, or nothing if it has none or is no TCP socket. */
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
      return ""; // closed while we looked
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
