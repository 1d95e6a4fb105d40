package dev.mimic.demo;

import com.google.inject.Injector;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.guice.Deployment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command that sends lines and prints the answers. */
@Command(
    name = "ping",
    description = {
      "Send lines to ADDRESS, and print the answers as they come.",
      "%nA line has at most "
          + LineReader.MAX_BYTES
          + " bytes. A last line without an end is sent with one."
    })
final class PingCommand implements Callable<Integer> {
  @Mixin private final DeploymentOptions options = new DeploymentOptions(DeploymentOptions.HOST);

  @Mixin private final ClientOptions client = new ClientOptions();

  @Parameters(index = "0", paramLabel = "ADDRESS", description = "Such as tcp://localhost:4000.")
  private String address = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      description = "The lines to send. Defaults to standard input.")
  private @Nullable Path file;

  @Override
  public Integer call() throws IOException {
    Deployment deployment = options.deploymentThatReachesOthers();
    if (file == null) {
      play(deployment, InputFile.standard()); // not ours to close
    } else {
      try (InputFile lines = InputFile.open(file)) {
        play(deployment, lines);
      }
    }
    return 0;
  }

  private void play(Deployment deployment, InputFile in) throws IOException {
    Injector injector = deployment.injector();
    MimicResolver resolver = injector.getInstance(MimicResolver.class);
    AddressArgument.checkPing(address, resolver);
    Context how = client.context(address, resolver);
    injector
        .getInstance(PingPongClient.class)
        .play(
            address,
            how,
            client.timeout(resolver),
            new LineReader(in.name(), in),
            new StandardOutput());
  }
}
