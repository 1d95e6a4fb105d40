package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.google.common.base.Throwables;
import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.PeerGoneException;
import dev.mimic.testkit.BreakingNetwork;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

/** Logins whose connection breaks at each read and write. */
final class BrokenLogins {
  private BrokenLogins() {}

  /**
   * Asserts that each failure reports the step and the cause.
   *
   * @param reset whether the connection breaks by a reset, and not by another failure
   */
  static void assertReported(
      Network network, HostPort at, String user, SshClient client, boolean reset) throws Exception {
    Supplier<IOException> failure =
        () -> reset ? new PeerGoneException("broken off") : new IOException("broken off");
    Set<String> steps = new LinkedHashSet<>();
    boolean loggedIn = false;
    for (int calls = 0; !loggedIn; calls++) {
      Network breaking = BreakingNetwork.of(network, calls, failure);
      try {
        SshSession.open(breaking, at, user, client, SshPeer.deadline()).close();
        loggedIn = true;
      } catch (IOException e) {
        String trace = Throwables.getStackTraceAsString(e);
        assertWithMessage(trace).that(trace).contains("broken off");
        assertWithMessage(trace).that(e instanceof PeerGoneException).isEqualTo(reset);
        assertWithMessage(trace).that(e).hasMessageThat().startsWith(at.toString());
        steps.add(
            String.valueOf(e.getMessage())
                .substring(at.toString().length())
                .replaceAll(
                    "^ (was lost|closed the connection) |: (broken off|check that .*)$", ""));
      }
    }
    assertThat(steps)
        .containsExactly("before the end of the key exchange", "during the login of " + user)
        .inOrder();
  }
}
