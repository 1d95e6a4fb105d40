package dev.mimic.demo;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.mimic.MimicResolver;
import dev.mimic.Plan;
import dev.mimic.ssh.Ssh;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command that prints the plan of a connection. */
@Command(
    name = "explain",
    description = "Print how ADDRESS would be connected to, without connecting.")
final class ExplainCommand implements Callable<Integer> {
  /** The format of the output. */
  enum Format {
    text,
    json
  }

  @Mixin private final DeploymentOptions options = new DeploymentOptions(DeploymentOptions.HOST);

  @Option(
      names = "--format",
      defaultValue = "text",
      description = "The format: ${COMPLETION-CANDIDATES}. Defaults to ${DEFAULT-VALUE}.")
  private Format format = Format.text;

  @Parameters(paramLabel = "ADDRESS", description = "Such as tcp://localhost:4000.")
  private String address = "";

  @Override
  public Integer call() {
    MimicResolver resolver = options.deployment().resolver();
    AddressArgument.checkScheme(address, "tcp", resolver);
    // An address of SSH has no command, and without one it cannot be connected to.
    Plan plan = resolver.with(Ssh.COMMAND, "COMMAND").plan(address);
    System.out.print(
        switch (format) {
          case text -> Table.wrap(plan.toString());
          case json -> json(plan);
        });
    return plan.problem().isPresent() ? 1 : 0;
  }

  /** Returns the parts of the plan that do not change between versions. */
  private static String json(Plan plan) {
    JsonArray connections = new JsonArray();
    plan.connections().forEach(connections::add);
    JsonObject root = new JsonObject();
    root.addProperty("address", plan.asked());
    root.add("connections", connections);
    plan.problem().ifPresent(problem -> root.addProperty("problem", problem));
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(root) + "\n";
  }
}
