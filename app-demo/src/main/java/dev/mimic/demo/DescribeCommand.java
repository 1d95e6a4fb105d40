package dev.mimic.demo;

import dev.mimic.Inventory;
import dev.mimic.guice.Deployment;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what a deployment is made of. */
@Command(
    name = "describe",
    description = "Show the deployment: what it serves, what from, and what it lacks.")
final class DescribeCommand implements Callable<Integer> {
  /** How it is printed. */
  enum Format {
    text,
    dot,
    json
  }

  @Mixin private final DeploymentOptions options = new DeploymentOptions(DeploymentOptions.HOST);

  @Option(
      names = "--format",
      defaultValue = "text",
      description = "One of ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} unless given.")
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
