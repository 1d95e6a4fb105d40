package dev.mimic.git;

import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.peers.Daemon;
import dev.mimic.unix.UnixLikeModule;
import java.io.IOException;
import java.nio.file.Path;

/** The protocol {@code git://} with {@code git daemon}. */
class GitDaemonTest extends GitContract {
  private static final MimicResolver RESOLVER =
      Guice.createInjector(new UnixLikeModule(), new GitModule()).getInstance(MimicResolver.class);

  @Override
  Running start(Path root, Path own) throws IOException {
    int port = Daemon.freePort();
    Daemon daemon =
        Daemon.start(
            port,
            "git",
            "daemon",
            "--listen=127.0.0.1",
            "--port=" + port,
            "--reuseaddr",
            "--export-all",
            "--enable=receive-pack",
            "--base-path=" + root);
    return new Running() {
      @Override
      public MimicResolver resolver() {
        return RESOLVER;
      }

      @Override
      public String address(String name) {
        return "git://127.0.0.1:%d/%s".formatted(port, name);
      }

      @Override
      public void close() throws IOException {
        daemon.close();
      }
    };
  }
}
