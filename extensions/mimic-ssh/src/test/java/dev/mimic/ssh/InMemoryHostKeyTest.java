package dev.mimic.ssh;

/** All in memory. */
final class InMemoryHostKeyTest extends HostKeyLines {
  InMemoryHostKeyTest() {
    super(SshPeer.inMemory());
  }
}
