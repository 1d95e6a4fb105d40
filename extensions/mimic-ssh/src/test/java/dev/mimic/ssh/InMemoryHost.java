package dev.mimic.ssh;

import dev.mimic.HostPort;
import dev.mimic.ssh.server.SshHostKey;
import dev.mimic.ssh.server.SshServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/** The server of {@code mimic-ssh-server}, with a shell in Java. */
final class InMemoryHost extends Host {
  private final SshServer.Builder builder;
  private volatile SshServer server;

  private InMemoryHost(SshPeer peer, Path folder, OptionalLong rekeyBytes) throws IOException {
    super(peer, folder);
    builder =
        SshServer.builder()
            .hostKey(SshHostKey.generate())
            .key(user(), publicKey(key()))
            .commands(new TestShell())
            .forwardBy(peer.network());
    rekeyBytes.ifPresent(builder::rekeyAfter);
    this.server = builder.serve(peer.network().listen(new HostPort("127.0.0.1", 0)));
  }

  static InMemoryHost start(SshPeer peer, Path folder, OptionalLong rekeyBytes) throws IOException {
    return new InMemoryHost(peer, Files.createDirectories(folder), rekeyBytes);
  }

  private static String publicKey(Path privateKey) throws IOException {
    return Files.readString(Path.of(privateKey + ".pub"));
  }

  @Override
  HostPort at() {
    return new HostPort("127.0.0.1", server.at().port());
  }

  @Override
  String hostKey() {
    return server.hostKey().publicKey();
  }

  @Override
  void authorize(Path privateKey) throws IOException {
    server.authorize(user(), publicKey(privateKey));
  }

  @Override
  void restart() throws IOException {
    HostPort at = at();
    close();
    server = builder.serve(peer().network().listen(at));
  }

  /** Returns the number of open connections. */
  int connections() {
    return server.connections();
  }

  /** Stops the server immediately, like the end of a process. */
  @Override
  public void close() {
    boolean unused = server.stop(Duration.ZERO);
  }
}
