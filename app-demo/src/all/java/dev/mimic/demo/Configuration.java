package dev.mimic.demo;

import com.google.inject.Module;
import dev.mimic.guice.Deployment;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.unix.UnixLikeModule;
import java.util.List;

/** What this program is built for: both targets: --target chooses one when the program starts. */
final class Configuration {
  private Configuration() {}

  /** Returns a new deployment of each target that this program can run on. */
  static List<Deployment> deployments(Module tls) {
    InMemoryNetwork network = InMemoryNetwork.create();
    return List.of(
        Deployment.of("unix-like", Spoken.on(new UnixLikeModule(), tls)),
        Deployment.of("inmemory", Spoken.on(new InMemoryModule(network), tls)));
  }
}
