package dev.mimic.ssh;

/** The contract with OpenSSH's server, over TCP. */
final class OpenSshHostKeyTest extends HostKeyContract {
  OpenSshHostKeyTest() {
    super(SshPeer.openSsh());
  }
}
