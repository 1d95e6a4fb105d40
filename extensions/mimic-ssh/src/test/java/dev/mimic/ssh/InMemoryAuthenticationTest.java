package dev.mimic.ssh;

/** All in memory. */
final class InMemoryAuthenticationTest extends AuthenticationLines {
  InMemoryAuthenticationTest() {
    super(SshPeer.inMemory());
  }
}
