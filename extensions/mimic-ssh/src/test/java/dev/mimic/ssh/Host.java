package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.flow.Flow;
import dev.mimic.peers.Sshd;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** An SSH server that runs, and lets a key in that was made for it. */
abstract class Host implements Closeable {
  private final SshPeer peer;
  private final Path folder;
  private final Path key;

  /** Makes the key; a subclass lets it in. */
  Host(SshPeer peer, Path folder) throws IOException {
    this.peer = peer;
    this.folder = folder;
    this.key = Sshd.key(folder, "client", "-t", "ed25519");
  }

  abstract HostPort at();

  /** Returns its Ed25519 key: the kind and the bytes. */
  abstract String hostKey() throws IOException;

  /** Lets whoever has this key in, whose public part is in the file beside it. */
  abstract void authorize(Path privateKey) throws IOException;

  /** Ends it with all its connections, and starts it again at the same place with the same key. */
  abstract void restart() throws IOException;

  final SshPeer peer() {
    return peer;
  }

  final Path folder() {
    return folder;
  }

  /** Returns the key that is let in. */
  final Path key() {
    return key;
  }

  final String user() {
    return Sshd.user();
  }

  /** Returns the line that knows it. */
  final String knownHost() throws IOException {
    return "[%s]:%d %s".formatted(at().host(), at().port(), hostKey());
  }

  final String address() {
    return "ssh://%s@%s/".formatted(user(), at());
  }

  /** Returns how a flow to it is described. */
  final String direct() throws IOException {
    try (Flow flow = peer.connect(at())) {
      return flow.info().toString();
    }
  }

  /** Returns a builder of a client who knows it, and has its key. */
  final SshClient.Builder clientBuilder() throws IOException {
    return SshClient.builder()
        .knownHosts(SshKnownHosts.of(knownHost() + "\n"))
        .keys(List.of(SshKey.ofFile(key)));
  }

  final SshClient client() throws IOException {
    return clientBuilder().build();
  }

  final Context context(String command) throws IOException {
    return Context.empty().with(Ssh.CLIENT, client()).with(Ssh.COMMAND, command);
  }

  final Flow run(String command) throws IOException {
    return peer.resolver().with(context(command)).withTimeout(SshPeer.ENOUGH).resolve(address());
  }

  final SshSession session() throws IOException {
    return session(client());
  }

  final SshSession session(SshClient client) throws IOException {
    return SshSession.open(peer.network(), at(), user(), client, SshPeer.soon());
  }

  /** Sends megabytes and the end, and reads both back. */
  static void assertEchoes(Flow flow) throws Exception {
    assertEchoes(flow, 3 << 20);
  }

  /** Sends so many bytes and the end, and reads both back. */
  static void assertEchoes(Flow flow, int bytes) throws Exception {
    byte[] sent = new byte[bytes];
    new Random(4).nextBytes(sent);
    Thread writer =
        Thread.startVirtualThread(
            () -> {
              try {
                flow.write(ByteBuffer.wrap(sent));
                flow.shutdownOutput();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(Arrays.equals(flow.inputStream().readAllBytes(), sent)).isTrue();
    writer.join();
  }
}
