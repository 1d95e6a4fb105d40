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

/** A server program on a port of 127.0.0.1 or a socket file, which is ended when it is closed. */
public final class Daemon implements Closeable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int POLL_MILLIS = 20;

  private final Process process;
  private final Path output;

  private Daemon(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Returns a port of 127.0.0.1 on which nobody listened a moment ago. */
  public static int freePort() throws IOException {
    return freePorts(1).getFirst();
  }

  /** Returns as many ports of 127.0.0.1, all different. */
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
   * Starts a program that is to listen on this port, and returns when it does. Where it is not
   * installed, the test is skipped.
   */
  public static Daemon start(int port, String program, String... arguments) throws IOException {
    return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), program, arguments);
  }

  /** Starts a program that is to listen on this socket file; otherwise the same. */
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
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        SocketChannel.open(at).close();
        return;
      } catch (IOException e) {
        if (!process.isAlive() || System.nanoTime() - end > 0) {
          throw e;
        }
      }
      try {
        boolean unused = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }

  /** Returns what it has printed so far. */
  public String printed() throws IOException {
    return Files.readString(output);
  }

  /** Asks it to end, so that it leaves nothing behind, and closes it when it has, or after long. */
  public void stop() throws IOException {
    process.destroy();
    try {
      boolean unused = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
    }
  }

  /**
   * Ends it at once, and then the processes that it has started: a client that has lost its process
   * would be given another one.
   */
  @Override
  public void close() throws IOException {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly();
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("the program does not end: " + process);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      started.forEach(ProcessHandle::destroyForcibly);
      Files.deleteIfExists(output);
    }
  }
}
