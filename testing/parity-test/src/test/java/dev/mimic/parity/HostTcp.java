package dev.mimic.parity;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.HostPort;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.TimeSource;
import dev.mimic.peers.Programs;
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
import java.util.Optional;
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

  private final boolean ownsDevices;

  private HostTcp(boolean ownsDevices) {
    this.ownsDevices = ownsDevices;
  }

  /** Returns the network of the host, whose link must stay up. */
  static HostTcp create() {
    return new HostTcp(false);
  }

  /** Returns the network of a namespace that this process has for itself. */
  static HostTcp ofNamespace() {
    return new HostTcp(true);
  }

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
  public boolean hasDelivered(Flow flow) throws IOException {
    return entry(channel(flow)).filter(each -> each.unacknowledged() == 0).isPresent();
  }

  @Override
  public boolean hasEndArrived(Flow flow) throws IOException {
    return entry(channel(flow)).filter(each -> OPEN_STATES.contains(each.state())).isEmpty();
  }

  @Override
  public boolean hasResetArrived(Flow flow) throws IOException {
    for (int i = 0; i < OBSERVATIONS; i++) {
      if (entry(channel(flow)).isPresent()) {
        return false;
      }
    }
    return true;
  }

  /** A line of the kernel's table of TCP sockets. */
  private record Entry(String localPort, String remotePort, String state, long unacknowledged) {

    static Entry parse(String line) {
      String[] fields = line.strip().split("[\\s:]+", -1);
      return new Entry(fields[2], fields[4], fields[5], Long.parseLong(fields[6], 16));
    }
  }

  /** Returns the entry of a socket, or empty if it has left the table, as after a reset. */
  private static Optional<Entry> entry(SocketChannel channel) throws IOException {
    String local = hexPort((InetSocketAddress) channel.getLocalAddress());
    String remote = hexPort((InetSocketAddress) channel.getRemoteAddress());
    return Stream.of("/proc/self/net/tcp", "/proc/self/net/tcp6")
        .flatMap(HostTcp::lines)
        .filter(line -> line.contains(local) && line.contains(remote))
        .map(Entry::parse)
        .filter(each -> each.localPort().equals(local) && each.remotePort().equals(remote))
        .findFirst();
  }

  private static String hexPort(InetSocketAddress address) {
    return "%04X".formatted(address.getPort());
  }

  private static Stream<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file)).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void cutLink() throws IOException {
    setLink("down");
  }

  @Override
  public void healLink() throws IOException {
    setLink("up");
  }

  private void setLink(String state) throws IOException {
    if (!ownsDevices) {
      throw new IllegalStateException("the link of the host must stay up");
    }
    String unused = Programs.run(Path.of("/"), "ip", "link", "set", "lo", state);
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
    public void freeze() throws IOException {
      String unused = Programs.run(Path.of("/"), "sh", "-c", "kill -STOP " + process.pid());
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
