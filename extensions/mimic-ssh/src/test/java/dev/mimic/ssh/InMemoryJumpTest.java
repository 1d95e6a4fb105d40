package dev.mimic.ssh;

/** All in memory. */
final class InMemoryJumpTest extends JumpLines {
  InMemoryJumpTest() {
    super(SshPeer.inMemory());
  }
}
