package dev.mimic.ssh;

/** The contract with OpenSSH's server, over TCP. */
final class OpenSshJumpTest extends JumpContract {
  OpenSshJumpTest() {
    super(SshPeer.openSsh());
  }
}
