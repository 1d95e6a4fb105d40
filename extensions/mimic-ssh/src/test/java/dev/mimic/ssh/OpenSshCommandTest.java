package dev.mimic.ssh;

/** Beside OpenSSH's server, over TCP. */
final class OpenSshCommandTest extends SshCommandLines {
  OpenSshCommandTest() {
    super(SshPeer.openSsh());
  }
}
