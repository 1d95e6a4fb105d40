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

/** A running SSH server, and a key that it accepts. */
abstract class Host implements Closeable {
  private final SshPeer peer;
  private final Path folder;
  private final Path key;

  /** Creates the key, which a subclass has to authorize. */
  Host(SshPeer peer, Path folder) throws IOException {
    this.peer = peer;
    this.folder = folder;
    this.key = Sshd.key(folder, "client", "-t", "ed25519");
  }

  abstract HostPort at();

  /** Returns the type and the encoding of the Ed25519 host key. */
  abstract String hostKey() throws IOException;

  /** Authorizes a key, whose public part is in a file with the suffix {@code .pub}. */
  abstract void authorize(Path privateKey) throws IOException;

  /** Stops the server with all its connections, and starts it with the same port and host key. */
  abstract void restart() throws IOException;

  final SshPeer peer() {
    return peer;
  }

  final Path folder() {
    return folder;
  }

  /** Returns the authorized key. */
  final Path key() {
    return key;
  }

  final String user() {
    return Sshd.user();
  }

  /** Returns the {@code known_hosts} line for the host. */
  final String knownHost() throws IOException {
    return "[%s]:%d %s".formatted(at().host(), at().port(), hostKey());
  }

  final String address() {
    return "ssh://%s@%s/".formatted(user(), at());
  }

  /** Returns the description of a direct flow to the host. */
  final String direct() throws IOException {
    try (Flow flow = peer.connect(at())) {
      return flow.info().toString();
    }
  }

  /** Returns a builder of a client with the known host and the authorized key. */
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
    return peer.resolver().with(context(command)).withTimeout(SshPeer.TIMEOUT).resolve(address());
  }

  final SshSession session() throws IOException {
    return session(client());
  }

  final SshSession session(SshClient client) throws IOException {
    return SshSession.open(peer.network(), at(), user(), client, SshPeer.deadline());
  }

  /** Sends megabytes and the end of the stream, and reads both back. */
  static void assertEchoes(Flow flow) throws Exception {
    assertEchoes(flow, 3 << 20);
  }

  /** Sends {@code bytes} bytes and the end of the stream, and reads both back. */
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
