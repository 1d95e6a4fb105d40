package dev.mimic.peers;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running server program on a port of 127.0.0.1 or on a socket file. Closing it kills it. */
public final class Daemon implements Closeable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int POLL_MILLIS = 20;

  private final Process process;
  private final Path output;

  private Daemon(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Returns a free port of 127.0.0.1. Another program can take it before it is used. */
  public static int freePort() throws IOException {
    return freePorts(1).getFirst();
  }

  /** Returns distinct free ports of 127.0.0.1. */
  public static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket each : sockets) {
        each.close();
      }
    }
  }

  /**
   * Starts a program and waits until it listens on a port. The test is skipped if the program is
   * not installed.
   */
  public static Daemon start(int port, String program, String... arguments) throws IOException {
    return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), program, arguments);
  }

  /**
   * Starts a program and waits until it listens on a socket file. The test is skipped if the
   * program is not installed.
   */
  public static Daemon start(Path socket, String program, String... arguments) throws IOException {
    return start(UnixDomainSocketAddress.of(socket), program, arguments);
  }

  private static Daemon start(SocketAddress at, String program, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(Programs.find(program)));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("mimic-daemon", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    Daemon daemon = new Daemon(process, output);
    try {
      daemon.awaitListening(at);
      return daemon;
    } catch (IOException e) {
      try (daemon) {
        throw new IOException("%s: %s".formatted(command, daemon.printed()), e);
      }
    }
  }

  private void awaitListening(SocketAddress at) throws IOException {
    long end = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try {
        SocketChannel.open(at).close();
        return;
      } catch (IOException e) {
        if (!process.isAlive() || System.nanoTime() - end > 0) {
          throw e;
        }
      }
      pause();
    }
  }

  private void pause() throws IOException {
    try {
      boolean unused = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Waits until the output contains a text, for a program that listens before it is ready. */
  public void awaitPrinted(String text) throws IOException {
    long end = System.nanoTime() + TIMEOUT.toNanos();
    while (!printed().contains(text)) {
      if (!process.isAlive() || System.nanoTime() - end > 0) {
        throw new IOException("the program has not printed \"%s\": %s".formatted(text, printed()));
      }
      pause();
    }
  }

  /** Returns the output so far. */
  public String printed() throws IOException {
    return Files.readString(output);
  }

  /** Terminates the program, which can clean up. It is killed after 20 seconds. */
  public void stop() throws IOException {
    process.destroy();
    try {
      boolean unused = process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
    }
  }

  /**
   * Kills the program, and then its child processes. In the other order, a program could start a
   * new child in place of one that was killed.
   */
  @Override
  public void close() throws IOException {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly();
    try {
      if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("the program does not exit: " + process);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      started.forEach(ProcessHandle::destroyForcibly);
      Files.deleteIfExists(output);
    }
  }
}
