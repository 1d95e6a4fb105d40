package dev.mimic.parity;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import dev.mimic.unix.TcpNetwork;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The TCP of Linux over loopback. The kernel's table of sockets shows what has arrived. */
final class HostTcp implements ParityNetwork {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  // The table can miss a socket while others come and go.
  private static final int OBSERVATIONS = 3;

  // The states of include/net/tcp_states.h in which the peer's end has not arrived.
  private static final List<String> OPEN_STATES = List.of("01", "02", "03", "04", "05");

  @Override
  public String server() {
    return LOOPBACK;
  }

  @Override
  public Flow connect(HostPort to, Deadline deadline) throws IOException {
    return TcpNetwork.create().connect(to, deadline);
  }

  @Override
  public FlowListener listen(HostPort at, int backlog) throws IOException {
    return TcpNetwork.builder()
        .backlog(backlog)
        .build()
        .listen(at, Deadline.after(TIMEOUT, TimeSource.system()));
  }

  @Override
  public void reset(Flow flow) throws IOException {
    channel(flow).setOption(StandardSocketOptions.SO_LINGER, 0);
    flow.close();
  }

  private static SocketChannel channel(Flow flow) {
    return flow.find(SocketChannel.class).orElseThrow();
  }

  @Override
  public boolean hasEndArrived(Flow flow) throws IOException {
    return !OPEN_STATES.contains(state(channel(flow)));
  }

  @Override
  public boolean hasResetArrived(Flow flow) throws IOException {
    for (int i = 0; i < OBSERVATIONS; i++) {
      if (!state(channel(flow)).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Returns the state of a socket in the kernel's table, or an empty string if it has left it. */
  private static String state(SocketChannel channel) throws IOException {
    String local = hexPort((InetSocketAddress) channel.getLocalAddress());
    String remote = hexPort((InetSocketAddress) channel.getRemoteAddress());
    return Stream.of("/proc/self/net/tcp", "/proc/self/net/tcp6")
        .flatMap(HostTcp::lines)
        .map(line -> line.strip().split("\\s+"))
        .filter(fields -> fields[1].endsWith(local) && fields[2].endsWith(remote))
        .map(fields -> fields[3])
        .findFirst()
        .orElse("");
  }

  private static String hexPort(InetSocketAddress address) {
    return ":%04X".formatted(address.getPort());
  }

  private static Stream<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file)).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public KillableProcess startProcess(HostPort to) throws IOException {
    return new ChildJvm(to);
  }

  /** A JVM that runs {@link PeerProcess}, and is killed by SIGKILL. */
  private static final class ChildJvm implements KillableProcess {
    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;

    ChildJvm(HostPort to) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  PeerProcess.class.getName(),
                  to.host(),
                  String.valueOf(to.port()))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      commands = process.outputWriter(UTF_8);
      answers = process.inputReader(UTF_8);
    }

    @Override
    public void write(int bytes) throws IOException {
      String unused = ask("write " + bytes);
    }

    @Override
    public void awaitBytes(int count) throws IOException {
      String unused = ask("await " + count);
    }

    @Override
    public HostPort listener() throws IOException {
      return new HostPort(LOOPBACK, Integer.parseInt(ask("listener")));
    }

    private String ask(String command) throws IOException {
      commands.write(command + "\n");
      commands.flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new IOException("the process has ended instead of answering to: " + command);
      }
      return answer;
    }

    @Override
    public void kill() throws IOException {
      process.destroyForcibly();
      try (commands;
          answers) {
        if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
          throw new IOException("the process does not exit: " + process);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }
}
