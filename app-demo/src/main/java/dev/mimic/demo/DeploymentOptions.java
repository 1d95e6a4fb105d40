package dev.mimic.demo;

import dev.mimic.guice.Deployment;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that choose among the deployments that this program was built with. */
final class DeploymentOptions {
  /** The target that is the machine which the program runs on. */
  static final String HOST = "unix-like";

  /** The target whose network nobody else can see. */
  static final String IN_MEMORY = "inmemory";

  @Option(
      names = "--target",
      paramLabel = "TARGET",
      completionCandidates = Names.class,
      description = "One of ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} unless given.")
  private String target;

  @Option(
      names = "--tls",
      paramLabel = "PROVIDER",
      defaultValue = "jsse",
      description = "Who speaks TLS: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} unless given.")
  private TlsChoice tls = TlsChoice.jsse;

  /** Unless the user chooses, it is the preferred target, or the first if that is not here. */
  DeploymentOptions(String preferred) {
    List<String> here = names();
    target = here.contains(preferred) ? preferred : here.getFirst();
  }

  private static List<String> names() {
    return Configuration.deployments(TlsChoice.jsse.module()).stream()
        .map(Deployment::name)
        .toList();
  }

  /** Returns the deployment that was chosen. */
  Deployment deployment() {
    return Configuration.deployments(tls.module()).stream()
        .filter(each -> each.name().equals(target))
        .findFirst()
        .orElseThrow(
            () ->
                new WrongUsageException(
                    "no target \"%s\" in this build: there is %s"
                        .formatted(target, String.join(", ", names()))));
  }

  /** Returns the deployment that was chosen, which must be one that is not alone in its network. */
  Deployment deploymentThatReachesOthers() {
    Deployment deployment = deployment();
    if (deployment.name().equals(IN_MEMORY)) {
      throw new WrongUsageException(
          "the in-memory network lives inside one process, and this one is alone: use demo");
    }
    return deployment;
  }

  /** The names of the targets, for the help. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return names().iterator();
    }
  }
}
