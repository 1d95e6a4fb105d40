package dev.mimic.ssh;

/** The contract with the server of {@code mimic-ssh-server}, in memory. */
final class InMemoryJumpTest extends JumpContract {
  InMemoryJumpTest() {
    super(SshPeer.inMemory());
  }
}
