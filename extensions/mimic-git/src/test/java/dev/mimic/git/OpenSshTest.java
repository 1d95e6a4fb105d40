package dev.mimic.git;

import com.google.inject.Guice;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.peers.Sshd;
import dev.mimic.ssh.Ssh;
import dev.mimic.ssh.SshKey;
import dev.mimic.ssh.SshKnownHosts;
import dev.mimic.ssh.SshModule;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** SSH with the server of OpenSSH, which runs the commands of git. */
class OpenSshTest extends GitContract {
  private static final MimicResolver RESOLVER =
      Guice.createInjector(new UnixLikeModule(), new SshModule()).getInstance(MimicResolver.class);

  @Override
  Running start(Path root, Path own) throws IOException {
    Sshd sshd = Sshd.start(own);
    Path key = Sshd.key(own, "client", "-t", "ed25519");
    sshd.authorize(key);
    Context context =
        Context.empty()
            .with(Ssh.KNOWN_HOSTS, SshKnownHosts.of(sshd.knownHost() + "\n"))
            .with(Ssh.KEYS, List.of(SshKey.ofFile(key)));
    return new Running() {
      @Override
      public MimicResolver resolver() {
        return RESOLVER;
      }

      @Override
      public String address(String name) {
        return "ssh://%s@127.0.0.1:%d%s/%s".formatted(Sshd.user(), sshd.port(), root, name);
      }

      @Override
      public Context context() {
        return context;
      }

      @Override
      public void close() throws IOException {
        sshd.close();
      }
    };
  }
}
