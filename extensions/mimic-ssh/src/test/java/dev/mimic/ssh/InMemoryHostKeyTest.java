package dev.mimic.ssh;

/** The contract with the server of {@code mimic-ssh-server}, in memory. */
final class InMemoryHostKeyTest extends HostKeyContract {
  InMemoryHostKeyTest() {
    super(SshPeer.inMemory());
  }
}
