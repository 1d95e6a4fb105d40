package com.example;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowServer;
import dev.mimic.git.GitClient;
import dev.mimic.git.GitModule;
import dev.mimic.git.GitService;
import dev.mimic.guice.Deployment;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.store.GitStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedTextsTest {
  @TempDir private Path folder;

  private final MimicResolver resolver =
      Deployment.of("store", new InMemoryModule(InMemoryNetwork.create()), new GitModule())
          .resolver();

  @Test
  void texts_ofTwoStores_areMerged() throws Exception {
    GitStore.open(folder.resolve("served")).close(); // creates the repository
    try (Repository served =
        new FileRepositoryBuilder().setGitDir(folder.resolve("served").toFile()).build()) {
      Map<String, Repository> repositories = Map.of("colours", served);
      GitService service =
          GitService.of(path -> Optional.ofNullable(repositories.get(path))).withPushes();
      try (FlowServer server =
          FlowServer.serve(resolver.listen("git://server.example:9418"), service::serve)) {
        share(server.address() + "/colours");
      }
    }
  }

  private void share(String address) throws Exception {
    GitClient client = GitClient.of(resolver);
    try (GitStore mine = GitStore.open(folder.resolve("mine"));
        GitStore yours = GitStore.open(folder.resolve("yours"))) {
      mine.set("sky", "blue");
      mine.push(client, address);
      yours.set("grass", "green");
      yours.push(client, address); // pulls first, and merges

      assertThat(yours.keys()).containsExactly("grass", "sky");
    }
  }
}
