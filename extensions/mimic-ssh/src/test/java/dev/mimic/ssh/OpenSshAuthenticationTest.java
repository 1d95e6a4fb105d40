package dev.mimic.ssh;

/** Beside OpenSSH's server, over TCP. */
final class OpenSshAuthenticationTest extends AuthenticationLines {
  OpenSshAuthenticationTest() {
    super(SshPeer.openSsh());
  }
}
