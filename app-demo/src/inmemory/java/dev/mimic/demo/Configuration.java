package dev.mimic.demo;

import com.google.inject.Module;
import dev.mimic.guice.Deployment;
import dev.mimic.inmemory.InMemoryModule;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** The targets of this build: the network in memory. */
final class Configuration {
  private Configuration() {}

  /** Returns a new deployment of each target that this program can run on. */
  static List<Deployment> deployments(Module tls) {
    InMemoryNetwork network = InMemoryNetwork.create();
    return List.of(Deployment.of("inmemory", DemoModules.on(new InMemoryModule(network), tls)));
  }

  /**
   * Plays the part of the demo in which a network fails, in memory.
   *
   * @return whether it went as it should
   */
  static boolean playFaults(PrintStream out) throws IOException {
    return FaultStory.play(out);
  }
}
