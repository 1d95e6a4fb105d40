package dev.mimic.demo;

import dev.mimic.guice.Deployment;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that chooses among the deployments that this program was built with. */
final class TargetOption {
  @Option(
      names = "--target",
      paramLabel = "TARGET",
      description = "The deployment target: unix-like or inmemory.")
  private @Nullable String target;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  /** Returns the deployment that was chosen; otherwise the preferred one, if it is here. */
  Deployment deployment(String preferred) {
    List<Deployment> here = Configuration.deployments();
    String wanted = target == null ? preferred : target;
    return here.stream()
        .filter(each -> each.name().equals(wanted))
        .findFirst()
        .orElseGet(() -> otherwise(here));
  }

  /** Returns the deployment that was chosen; otherwise the host's, if it is here. */
  Deployment deployment() {
    return deployment("unix-like");
  }

  private Deployment otherwise(List<Deployment> here) {
    if (target == null) {
      return here.getFirst();
    }
    String names = here.stream().map(Deployment::name).collect(Collectors.joining(", "));
    String message = "no target \"%s\" in this build: there is %s".formatted(target, names);
    if (command == null) {
      throw new IllegalArgumentException(message);
    }
    throw new ParameterException(command.commandLine(), message);
  }
}
