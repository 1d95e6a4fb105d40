package dev.mimic.ssh;

import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.testkit.Excludes;
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
 * The contract of flows for tunnels through OpenSSH's server, all of them in one session.
 *
 * <pre>
 *   near  =====  sshd  =====  TCP  =====  far
 * </pre>
 */
@Row("SSH tunnel")
@Excludes(line = "close_withUnreadInput_isReset", because = TunnelContractTest.NO_RESET)
@Excludes(line = "close_withInputUnreadAtShutdown_isReset", because = TunnelContractTest.NO_RESET)
@Excludes(line = "close_withInputAfterShutdown_isReset", because = TunnelContractTest.NO_RESET)
@Excludes(line = "reset_atRead_isNoEnd", because = TunnelContractTest.NO_RESET)
@Excludes(line = "reset_atTimedRead_isNoEnd", because = TunnelContractTest.NO_RESET)
@Excludes(line = "reset_duringRead_endsIt", because = TunnelContractTest.NO_RESET)
@Excludes(line = "reset_duringReadAndWrite_endsBoth", because = TunnelContractTest.NO_RESET)
@Excludes(line = "bytesBeforeReset_areReadInOrderOrLost", because = TunnelContractTest.NO_RESET)
@Excludes(line = "flow_withGonePeer_canBeClosed", because = TunnelContractTest.NO_RESET)
@Excludes(line = "streams_failAsTheFlow", because = TunnelContractTest.NO_RESET)
@Excludes(line = "available_afterReset_isZeroAndReadFails", because = TunnelContractTest.NO_RESET)
@Excludes(line = "read_racingReset_returnsBytesThenFails", because = TunnelContractTest.NO_RESET)
@Excludes(
    line = "close_withBothDirectionsBlocked_ends",
    because =
        "after a close, the server still sends the bytes that it has accepted; a peer that does "
            + "not read them does not notice the close")
final class TunnelContractTest extends FlowContract {
  static final String NO_RESET =
      "SSH has no reset: a server reports it as the end of a channel's data, like any other end";

  private static final SshPeer PEER = SshPeer.openSsh();

  @TempDir static Path folder;
  private static Host host;
  private static SshSession session;

  @BeforeAll
  static void start() throws IOException {
    host = PEER.start(folder);
    session = host.session();
  }

  @AfterAll
  static void stop() throws IOException {
    session.close();
    host.close();
  }

  @Override
  protected FlowPair open() throws Exception {
    try (FlowListener listener = PEER.network().listen(new HostPort("127.0.0.1", 0))) {
      HostPort at = new HostPort("127.0.0.1", URI.create(listener.address()).getPort());
      Flow near = session.connect(at, SshPeer.deadline());
      return new FlowPair(near, listener.accept());
    }
  }
}
