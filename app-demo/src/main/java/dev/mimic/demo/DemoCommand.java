package dev.mimic.demo;

import com.google.inject.Injector;
import dev.mimic.MimicResolver;
import dev.mimic.guice.Deployment;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that runs servers and clients of all kinds in one process. */
@Command(
    name = "demo",
    description = "Run servers of all kinds in this process, and connect to them.")
final class DemoCommand implements Callable<Integer> {
  @Mixin
  private final DeploymentOptions options = new DeploymentOptions(DeploymentOptions.IN_MEMORY);

  @Override
  public Integer call() throws IOException {
    Deployment deployment = options.deployment();
    Injector injector = deployment.injector();
    System.out.printf("mimic demo on the target %s%n%n", deployment.name());
    Demo demo =
        new Demo(
            injector.getInstance(MimicResolver.class), injector.getInstance(PingPongClient.class));
    boolean well = demo.run(System.out);
    System.out.println(
        well ? "All parts had the expected result." : "A part did not have the expected result.");
    return well ? 0 : 1;
  }
}
