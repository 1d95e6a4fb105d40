package dev.mimic.ssh;

/** The contract with the server of {@code mimic-ssh-server}, in memory. */
final class InMemoryAuthenticationTest extends AuthenticationContract {
  InMemoryAuthenticationTest() {
    super(SshPeer.inMemory());
  }
}
