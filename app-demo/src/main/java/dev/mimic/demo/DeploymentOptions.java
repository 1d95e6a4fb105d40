package dev.mimic.demo;

import dev.mimic.guice.Deployment;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that choose one of the deployments of this build. */
final class DeploymentOptions {
  /** The name of the target for the network of the host. */
  static final String HOST = "unix-like";

  /** The name of the target for a network in memory, which no other process can reach. */
  static final String IN_MEMORY = "inmemory";

  @Option(
      names = "--target",
      paramLabel = "TARGET",
      completionCandidates = Names.class,
      description = "The network: ${COMPLETION-CANDIDATES}. Defaults to ${DEFAULT-VALUE}.")
  private String target;

  @Option(
      names = "--tls",
      paramLabel = "PROVIDER",
      defaultValue = "jsse",
      description = "The TLS provider: ${COMPLETION-CANDIDATES}. Defaults to ${DEFAULT-VALUE}.")
  private TlsChoice tls = TlsChoice.jsse;

  /** Creates options that default to this target, or to the first one if it is not in the build. */
  DeploymentOptions(String preferred) {
    List<String> here = names();
    target = here.contains(preferred) ? preferred : here.getFirst();
  }

  private static List<String> names() {
    return Configuration.deployments(TlsChoice.jsse.module()).stream()
        .map(Deployment::name)
        .toList();
  }

  /** Returns the chosen deployment. */
  Deployment deployment() {
    return Configuration.deployments(tls.module()).stream()
        .filter(each -> each.name().equals(target))
        .findFirst()
        .orElseThrow(
            () ->
                new WrongUsageException(
                    "--target: this build has no target \"%s\", only %s"
                        .formatted(target, String.join(", ", names()))));
  }

  /** Returns the chosen deployment, which must reach other processes. */
  Deployment deploymentThatReachesOthers() {
    Deployment deployment = deployment();
    if (deployment.name().equals(IN_MEMORY)) {
      throw new WrongUsageException(
          "the network in memory has no other process to connect to: use another --target, or"
              + " demo");
    }
    return deployment;
  }

  /** The names of the targets, for help and completion. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return names().iterator();
    }
  }
}
