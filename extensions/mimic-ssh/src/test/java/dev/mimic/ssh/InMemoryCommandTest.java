package dev.mimic.ssh;

/** All in memory. */
final class InMemoryCommandTest extends SshCommandLines {
  InMemoryCommandTest() {
    super(SshPeer.inMemory());
  }
}
