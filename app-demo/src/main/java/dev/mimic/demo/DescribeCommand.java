package dev.mimic.demo;

import dev.mimic.Inventory;
import dev.mimic.guice.Deployment;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command that prints the contents of a deployment. */
@Command(
    name = "describe",
    description = "Print the schemes, protocols and rules of a deployment, and faults in it.")
final class DescribeCommand implements Callable<Integer> {
  /** The format of the output. */
  enum Format {
    text,
    dot,
    json
  }

  @Mixin private final DeploymentOptions options = new DeploymentOptions(DeploymentOptions.HOST);

  @Option(
      names = "--format",
      defaultValue = "text",
      description = "The format: ${COMPLETION-CANDIDATES}. Defaults to ${DEFAULT-VALUE}.")
  private Format format = Format.text;

  @Override
  public Integer call() {
    Deployment deployment = options.deployment();
    Inventory inventory = deployment.resolver().inventory();
    System.out.print(
        switch (format) {
          case text -> InventoryText.print(deployment.name(), inventory);
          case dot -> InventoryDot.print(deployment.name(), inventory);
          case json -> InventoryJson.print(deployment.name(), inventory);
        });
    return 0;
  }
}
