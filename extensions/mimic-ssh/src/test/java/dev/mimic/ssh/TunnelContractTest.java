package dev.mimic.ssh;

import dev.mimic.Flow;
import dev.mimic.FlowListener;
import dev.mimic.HostPort;
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
 * A tunnel of OpenSSH's server, many of them of one session.
 *
 * <pre>
 *   near  =====  sshd  =====  TCP  =====  far
 * </pre>
 */
@Row("SSH tunnel")
@Excludes(line = "unreadInputMakesACloseAReset", because = TunnelContractTest.NO_RESET)
@Excludes(
    line = "inputUnreadAtShutdownInputMakesACloseAReset",
    because = TunnelContractTest.NO_RESET)
@Excludes(line = "inputSinceShutdownInputMakesACloseAReset", because = TunnelContractTest.NO_RESET)
@Excludes(line = "aResetIsNeverACleanEnd", because = TunnelContractTest.NO_RESET)
@Excludes(line = "aResetIsNeverACleanEndToATimedRead", because = TunnelContractTest.NO_RESET)
@Excludes(line = "aReadThatWaitsSeesTheReset", because = TunnelContractTest.NO_RESET)
@Excludes(line = "aReaderAndAWriterThatWaitBothSeeTheReset", because = TunnelContractTest.NO_RESET)
@Excludes(line = "whatCameBeforeAResetIsReadInOrderOrLost", because = TunnelContractTest.NO_RESET)
@Excludes(line = "aFlowWhosePeerIsGoneIsStillToBeClosed", because = TunnelContractTest.NO_RESET)
@Excludes(line = "theStreamsFailAsTheFlowDoes", because = TunnelContractTest.NO_RESET)
@Excludes(line = "aResetIsToldAfterAvailable", because = TunnelContractTest.NO_RESET)
@Excludes(line = "aReadAgainstAReset", because = TunnelContractTest.NO_RESET)
@Excludes(
    line = "aCloseEndsWhereBothDirectionsAreStuck",
    because =
        "after a close the server goes on with what it has accepted, and its peer, who does not "
            + "read, hears of the close when that is done")
final class TunnelContractTest extends FlowContract {
  static final String NO_RESET =
      "SSH has no reset: a server tells of one by the end of a channel's data, as of any other end";

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
      Flow near = session.connect(at, SshPeer.soon());
      return new FlowPair(near, listener.accept());
    }
  }
}
