package dev.mimic.ssh;

import static com.google.common.truth.Truth.assertThat;

import com.google.inject.Guice;
import dev.mimic.Context;
import dev.mimic.Deadline;
import dev.mimic.Flow;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.TimeSource;
import dev.mimic.peers.Sshd;
import dev.mimic.unix.TcpNetwork;
import dev.mimic.unix.UnixLikeModule;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * OpenSSH on loopback, which lets in a key that is made for it.
 *
 * @param key lets in
 */
record Host(Path folder, Sshd sshd, Path key) implements Closeable {
  static final MimicResolver RESOLVER =
      Guice.createInjector(new UnixLikeModule(), new SshModule()).getInstance(MimicResolver.class);

  static final Network TCP = TcpNetwork.create();
  static final Duration ENOUGH = Duration.ofSeconds(30);

  static Host start(Path folder, String... options) throws IOException {
    Path own = Files.createDirectories(folder);
    Sshd sshd = Sshd.start(own, options);
    Path key = Sshd.key(own, "client", "-t", "ed25519");
    sshd.authorize(key);
    return new Host(own, sshd, key);
  }

  static Deadline soon() {
    return Deadline.after(ENOUGH, TimeSource.system());
  }

  HostPort at() {
    return new HostPort("127.0.0.1", sshd.port());
  }

  String address() {
    return "ssh://%s@%s/".formatted(Sshd.user(), at());
  }

  /** Returns who knows it, and has its key. */
  SshClient client() throws IOException {
    return SshClient.builder()
        .knownHosts(SshKnownHosts.of(sshd.knownHost() + "\n"))
        .keys(List.of(SshKey.ofFile(key)))
        .build();
  }

  Context context(String command) throws IOException {
    return Context.empty().with(Ssh.CLIENT, client()).with(Ssh.COMMAND, command);
  }

  Flow run(String command) throws IOException {
    return RESOLVER.resolve(address(), context(command), ENOUGH);
  }

  SshSession session() throws IOException {
    return SshSession.open(TCP, at(), Sshd.user(), client(), soon());
  }

  /** Sends megabytes and the end, and reads both back. */
  static void assertEchoes(Flow flow) throws Exception {
    byte[] sent = new byte[3 << 20];
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

  @Override
  public void close() throws IOException {
    sshd.close();
  }
}
