package dev.mimic.ssh;

/** The contract with OpenSSH's server, over TCP. */
final class OpenSshCommandTest extends CommandContract {
  OpenSshCommandTest() {
    super(SshPeer.openSsh());
  }
}
