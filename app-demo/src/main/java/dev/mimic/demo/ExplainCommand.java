package dev.mimic.demo;

import dev.mimic.Plan;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows how an address would be connected to. */
@Command(name = "explain", description = "Show how ADDRESS would be connected to; connect nothing.")
final class ExplainCommand implements Callable<Integer> {
  @Mixin private final DeploymentOptions options = new DeploymentOptions(DeploymentOptions.HOST);

  @Parameters(paramLabel = "ADDRESS", description = "Such as tcp://localhost:4000.")
  private String address = "";

  @Override
  public Integer call() {
    Plan plan = options.deployment().resolver().plan(address);
    System.out.println(plan);
    return plan.problem().isPresent() ? 1 : 0;
  }
}
