package com.example;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowServer;
import dev.mimic.git.GitClient;
import dev.mimic.git.GitModule;
import dev.mimic.git.GitService;
import dev.mimic.guice.Deployment;
import dev.mimic.inmemory.Fault;
import dev.mimic.inmemory.Faults;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // a fault lasts while it is open
class CutCloneTest {
  private final InMemoryNetwork network = InMemoryNetwork.create();
  private final MimicResolver resolver = resolver("client");
  @TempDir private Path folder;

  private MimicResolver resolver(String host) {
    return Deployment.of(host, new InMemoryModule(network.host(host)), new GitModule()).resolver();
  }

  /** Returns a repository with a commit of 100 kB that cannot be compressed. */
  private Git served() throws Exception {
    Git git = Git.init().setDirectory(folder.resolve("served").toFile()).call();
    byte[] data = new byte[100_000];
    new Random(1).nextBytes(data);
    Files.write(folder.resolve("served/data"), data);
    git.add().addFilepattern("data").call();
    git.commit().setMessage("Add data").setSign(false).call();
    return git;
  }

  @Test
  void clone_cutInMidPack_leavesNothingAndCanBeRepeated() throws Exception {
    Path clone = folder.resolve("clone");
    GitClient client = GitClient.of(resolver);
    try (Git served = served()) {
      GitService service = GitService.of(path -> Optional.of(served.getRepository()));
      try (FlowServer server =
          FlowServer.serve(resolver("git").listen("tcp://git:9418"), service::serve)) {
        assertThat(server.address()).isEqualTo("tcp://git:9418");
        try (Fault fault = network.inject(Faults.resetAfter(50_000).from("git"))) {
          assertThrows(IOException.class, () -> client.clone("git://git/data", clone));
        }
        assertThat(Files.exists(clone)).isFalse();

        client.clone("git://git/data", clone).close();
        assertThat(Files.size(clone.resolve("data"))).isEqualTo(100_000);
      }
    }
  }
}
