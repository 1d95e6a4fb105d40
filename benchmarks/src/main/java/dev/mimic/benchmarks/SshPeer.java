package dev.mimic.benchmarks;

import com.jcraft.jsch.ChannelDirectTCPIP;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SocketFactory;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.TimeSource;
import dev.mimic.peers.Programs;
import dev.mimic.peers.Sshd;
import dev.mimic.ssh.SshClient;
import dev.mimic.ssh.SshJump;
import dev.mimic.ssh.SshKey;
import dev.mimic.ssh.SshKnownHosts;
import dev.mimic.ssh.SshProtocol;
import dev.mimic.unix.TcpNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The clients of SSH. */
public enum SshPeer {
  /** mimic-ssh over TCP, with an {@link SshJump}. */
  MIMIC {
    @Override
    SshRun run(SshServers servers, String command) throws IOException {
      SshClient client =
          SshClient.builder()
              .knownHosts(SshKnownHosts.of(Files.readString(servers.knownHosts())))
              .keys(List.of(SshKey.ofFile(servers.key())))
              .build();
      Network network = TcpNetwork.create();
      if (servers.jump().isPresent()) {
        Sshd jump = servers.jump().get();
        network = SshJump.of(SshServers.at(jump), Sshd.user(), client).through(network);
      }
      Flow flow =
          new SshProtocol()
              .connect(
                  SshProtocol.Endpoint.of(
                      network, SshServers.at(servers.server()), Sshd.user(), client, command),
                  Deadline.after(Duration.ofMinutes(1), TimeSource.system()));
      return new SshRun(flow.inputStream(), flow.outputStream(), flow::shutdownOutput, flow);
    }
  },

  /** JSch as it is, over the JDK's {@code Socket}; the jump host's channel is its proxy. */
  JSCH {
    @Override
    SshRun run(SshServers servers, String command) throws IOException {
      try {
        Optional<Session> jump = Optional.empty();
        Optional<Proxy> proxy = Optional.empty();
        if (servers.jump().isPresent()) {
          jump = Optional.of(session(servers, servers.jump().get(), Optional.empty()));
          proxy = Optional.of(new Tunnel(jump.get(), servers.server().port()));
        }
        Session session = session(servers, servers.server(), proxy);
        ChannelExec channel = (ChannelExec) session.openChannel("exec");
        channel.setCommand(command);
        InputStream input = channel.getInputStream();
        OutputStream output = channel.getOutputStream();
        channel.connect();
        Optional<Session> last = jump;
        return new SshRun(
            input,
            output,
            output,
            () -> {
              session.disconnect();
              last.ifPresent(Session::disconnect);
            });
      } catch (JSchException e) {
        throw new IOException(e);
      }
    }
  },

  /** OpenSSH's {@code ssh}, a process of its own. */
  OPENSSH {
    @Override
    SshRun run(SshServers servers, String command) throws IOException {
      List<String> words = new ArrayList<>(List.of(Programs.find("ssh"), "-F" + servers.config()));
      if (servers.jump().isPresent()) {
        words.add("-Jjump");
      }
      words.addAll(List.of("server", command));
      Process process =
          new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      return new SshRun(
          process.getInputStream(),
          process.getOutputStream(),
          process.getOutputStream(),
          process::destroy);
    }
  };

  /** Runs a command, by a connection of its own. */
  abstract SshRun run(SshServers servers, String command) throws IOException;

  private static Session session(SshServers servers, Sshd sshd, Optional<Proxy> proxy)
      throws JSchException {
    JSch library = new JSch();
    library.addIdentity(servers.key().toString());
    library.setKnownHosts(servers.knownHosts().toString());
    Session session = library.getSession(Sshd.user(), "127.0.0.1", sshd.port());
    session.setConfig("StrictHostKeyChecking", "yes");
    proxy.ifPresent(session::setProxy);
    session.connect();
    return session;
  }

  /** A connection of a jump host, as JSch takes one. */
  private static final class Tunnel implements Proxy {
    private final ChannelDirectTCPIP channel;
    private final InputStream input;
    private final OutputStream output;

    Tunnel(Session jump, int port) throws IOException, JSchException {
      channel = (ChannelDirectTCPIP) jump.openChannel("direct-tcpip");
      channel.setHost("127.0.0.1");
      channel.setPort(port);
      input = channel.getInputStream();
      output = channel.getOutputStream();
      channel.connect();
    }

    @Override
    public void connect(@Nullable SocketFactory sockets, String host, int port, int timeout) {}

    @Override
    public InputStream getInputStream() {
      return input;
    }

    @Override
    public OutputStream getOutputStream() {
      return output;
    }

    @Override
    public @Nullable Socket getSocket() {
      return null;
    }

    @Override
    public void close() {
      channel.disconnect();
    }
  }
}
