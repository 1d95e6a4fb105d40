package dev.mimic.ssh;

import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.HostPort;
import dev.mimic.testkit.FlowContract;
import dev.mimic.testkit.FlowPair;
import dev.mimic.testkit.Row;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tunnel of OpenSSH's server, many of them of one session.
 *
 * <pre>
 *   near  =====  sshd  =====  TCP  =====  far
 * </pre>
 */
@Row("SSH tunnel")
final class TunnelContractTest extends FlowContract {
  @TempDir static Path folder;
  private static Host host;
  private static SshSession session;

  @BeforeAll
  static void start() throws IOException {
    host = Host.start(folder, "MaxSessions 1000");
    session = host.session();
  }

  @AfterAll
  static void stop() throws IOException {
    try (host) {
      session.close();
    }
  }

  @Override
  protected FlowPair open() throws Exception {
    try (FlowListener listener = Host.TCP.listen(new HostPort("127.0.0.1", 0))) {
      HostPort at = new HostPort("127.0.0.1", URI.create(listener.address()).getPort());
      Flow near = session.connect(at, Host.soon());
      return new FlowPair(near, listener.accept());
    }
  }
}
