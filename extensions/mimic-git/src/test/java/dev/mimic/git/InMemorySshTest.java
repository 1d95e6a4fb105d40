package dev.mimic.git;

import com.google.inject.Guice;
import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.ssh.Ssh;
import dev.mimic.ssh.SshKnownHosts;
import dev.mimic.ssh.SshModule;
import dev.mimic.ssh.server.SshServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** SSH with {@link GitService} as a command, over an in-memory network. */
class InMemorySshTest extends GitContract {
  @Override
  Running start(Path root, Path own) throws IOException {
    MimicResolver resolver =
        Guice.createInjector(new InMemoryModule(InMemoryNetwork.create()), new SshModule())
            .getInstance(MimicResolver.class);
    ServedFolder served = new ServedFolder(root);
    SshServer server =
        SshServer.builder()
            .password("git", "s3cret")
            .commands(
                command ->
                    served
                        .service()
                        .run(command.line(), command.input(), command.output(), command.errors()))
            .serve(resolver.listen("tcp://host.example:22"));
    return new Running() {
      @Override
      public MimicResolver resolver() {
        return resolver;
      }

      @Override
      public String address(String name) {
        return "git@host.example:" + name;
      }

      @Override
      public Context context() {
        return Context.empty()
            .with(Address.PASSWORD, "s3cret")
            .with(Ssh.KEYS, List.of())
            .with(Ssh.KNOWN_HOSTS, SshKnownHosts.of(server.knownHost() + "\n"));
      }

      @Override
      public void close() {
        server.close();
        served.close();
      }
    };
  }
}
