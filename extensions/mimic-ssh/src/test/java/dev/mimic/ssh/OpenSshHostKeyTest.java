package dev.mimic.ssh;

/** Beside OpenSSH's server, over TCP. */
final class OpenSshHostKeyTest extends HostKeyLines {
  OpenSshHostKeyTest() {
    super(SshPeer.openSsh());
  }
}
