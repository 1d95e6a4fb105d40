package dev.mimic.ssh;

/** The contract with the server of {@code mimic-ssh-server}, in memory. */
final class InMemoryCommandTest extends CommandContract {
  InMemoryCommandTest() {
    super(SshPeer.inMemory());
  }
}
