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

/** Logins whose connection breaks at each of their reads and writes. */
final class BrokenLogins {
  private BrokenLogins() {}

  /**
   * Asserts that each says where it was broken, and by what.
   *
   * @param reset whether the peer is gone, and not something else wrong
   */
  static void assertTold(Network network, HostPort at, String user, SshClient client, boolean reset)
      throws Exception {
    Supplier<IOException> failure =
        () -> reset ? new PeerGoneException("broken off") : new IOException("broken off");
    Set<String> steps = new LinkedHashSet<>();
    boolean in = false;
    for (int calls = 0; !in; calls++) {
      Network breaking = BreakingNetwork.of(network, calls, failure);
      try {
        SshSession.open(breaking, at, user, client, SshPeer.soon()).close();
        in = true;
      } catch (IOException e) {
        String told = Throwables.getStackTraceAsString(e);
        assertWithMessage(told).that(told).contains("broken off");
        assertWithMessage(told).that(e instanceof PeerGoneException).isEqualTo(reset);
        assertWithMessage(told).that(e).hasMessageThat().startsWith(at.toString());
        steps.add(
            String.valueOf(e.getMessage())
                .substring(at.toString().length())
                .replaceAll("^ (was lost|closed the connection) |: (broken off|does it .*)$", ""));
      }
    }
    assertThat(steps)
        .containsExactly("before SSH was agreed on", "during the login of " + user)
        .inOrder();
  }
}
