package dev.mimic.demo;

import com.google.inject.Module;
import dev.mimic.guice.Deployment;
import dev.mimic.unix.UnixLikeModule;
import java.io.PrintStream;
import java.util.List;

/** The targets of this build: the network of the host. */
final class Configuration {
  private Configuration() {}

  /** Returns a new deployment of each target that this program can run on. */
  static List<Deployment> deployments(Module tls) {
    return List.of(Deployment.of("unix-like", DemoModules.on(new UnixLikeModule(), tls)));
  }

  /** Plays nothing: the part of the demo in which a network fails needs the one in memory. */
  static boolean playFaults(PrintStream out) {
    return true;
  }
}
