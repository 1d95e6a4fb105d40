package dev.mimic.ssh;

/** The contract with OpenSSH's server, over TCP. */
final class OpenSshAuthenticationTest extends AuthenticationContract {
  OpenSshAuthenticationTest() {
    super(SshPeer.openSsh());
  }
}
