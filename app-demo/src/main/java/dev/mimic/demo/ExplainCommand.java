package dev.mimic.demo;

import dev.mimic.MimicResolver;
import dev.mimic.Plan;
import dev.mimic.ssh.Ssh;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command that prints the plan of a connection. */
@Command(
    name = "explain",
    description = "Print how ADDRESS would be connected to, without connecting.")
final class ExplainCommand implements Callable<Integer> {
  @Mixin private final DeploymentOptions options = new DeploymentOptions(DeploymentOptions.HOST);

  @Parameters(paramLabel = "ADDRESS", description = "Such as tcp://localhost:4000.")
  private String address = "";

  @Override
  public Integer call() {
    MimicResolver resolver = options.deployment().resolver();
    AddressArgument.check(address, "tcp", resolver);
    // An address of SSH has no command, and without one it cannot be connected to.
    Plan plan = resolver.with(Ssh.COMMAND, "COMMAND").plan(address);
    System.out.println(plan);
    return plan.problem().isPresent() ? 1 : 0;
  }
}
