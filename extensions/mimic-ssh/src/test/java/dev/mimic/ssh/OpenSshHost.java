package dev.mimic.ssh;

import dev.mimic.HostPort;
import dev.mimic.peers.Sshd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A running server of OpenSSH. */
final class OpenSshHost extends Host {
  private final String[] options;
  private volatile Sshd sshd;

  private OpenSshHost(SshPeer peer, Path folder, String... options) throws IOException {
    super(peer, folder);
    this.options = options;
    this.sshd = Sshd.start(folder, options);
    sshd.authorize(key());
  }

  static OpenSshHost start(SshPeer peer, Path folder, OptionalLong rekeyBytes) throws IOException {
    List<String> options = new ArrayList<>(List.of("MaxSessions 1000"));
    rekeyBytes.ifPresent(bytes -> options.add("RekeyLimit " + bytes));
    return start(peer, folder, options.toArray(String[]::new));
  }

  static OpenSshHost start(SshPeer peer, Path folder, String... options) throws IOException {
    return new OpenSshHost(peer, Files.createDirectories(folder), options);
  }

  @Override
  HostPort at() {
    return new HostPort("127.0.0.1", sshd.port());
  }

  @Override
  String hostKey() throws IOException {
    return sshd.publicKey("host_ed25519");
  }

  /** Returns the public part of one of its keys. */
  String publicKey(String name) throws IOException {
    return sshd.publicKey(name);
  }

  @Override
  void authorize(Path privateKey) throws IOException {
    sshd.authorize(privateKey);
  }

  /** Returns the log of the server. */
  String log() throws IOException {
    return sshd.log();
  }

  @Override
  void restart() throws IOException {
    sshd.close();
    sshd = Sshd.startAt(sshd.port(), folder(), options);
  }

  @Override
  public void close() throws IOException {
    sshd.close();
  }
}
