package dev.mimic.ssh;

/** Beside OpenSSH's server, over TCP. */
final class OpenSshJumpTest extends JumpLines {
  OpenSshJumpTest() {
    super(SshPeer.openSsh());
  }
}
