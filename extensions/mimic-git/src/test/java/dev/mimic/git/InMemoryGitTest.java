package dev.mimic.git;

import com.google.inject.Guice;
import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowServer;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.nio.file.Path;

/** The protocol {@code git://} with {@link GitService}, over an in-memory network. */
class InMemoryGitTest extends GitContract {
  @Override
  Running start(Path root, Path own) throws IOException {
    MimicResolver resolver =
        Guice.createInjector(new InMemoryModule(InMemoryNetwork.create()), new GitModule())
            .getInstance(MimicResolver.class);
    ServedFolder served = new ServedFolder(root);
    FlowServer server =
        FlowServer.serve(resolver.listen("git://server:0"), served.service()::serve);
    return new Running() {
      @Override
      public MimicResolver resolver() {
        return resolver;
      }

      @Override
      public String address(String name) {
        return server.address() + "/" + name;
      }

      @Override
      public void close() {
        server.close();
        served.close();
      }
    };
  }
}
