package dev.mimic.demo;

import com.google.inject.Module;
import dev.mimic.guice.Deployment;
import dev.mimic.unix.UnixLikeModule;
import java.util.List;

/** What this program is built for: the host's target alone. */
final class Configuration {
  private Configuration() {}

  /** Returns a new deployment of each target that this program can run on. */
  static List<Deployment> deployments(Module tls) {
    return List.of(Deployment.of("unix-like", Spoken.on(new UnixLikeModule(), tls)));
  }
}
