package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.MimicResolver;
import dev.mimic.git.GitClient;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every command that connects to a Git server. */
final class GitOptions {
  @Mixin private final DeploymentOptions options = new DeploymentOptions(DeploymentOptions.HOST);

  @Mixin private final ClientOptions client = new ClientOptions();

  @Option(
      names = {"-q", "--quiet"},
      description = "Print no progress on standard error.")
  private boolean quiet;

  @Option(
      names = "--max-time",
      paramLabel = "SECONDS",
      description = "The time limit for the whole command. Defaults to none.")
  private @Nullable Double total;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  /** Returns a client for this address. */
  GitClient client(String address) throws IOException {
    MimicResolver resolver = options.deploymentThatReachesOthers().resolver();
    AddressArgument.checkGit(address, resolver);
    GitClient git = limited(GitClient.of(resolver).withContext(client.context(address, resolver)));
    return quiet ? git : git.withProgress(new ProgressLines(errors()));
  }

  private GitClient limited(GitClient git) {
    GitClient limited = client.givenTimeout().map(git::withTimeout).orElse(git);
    return total == null
        ? limited
        : limited.withTotalTimeout(ClientOptions.seconds("--max-time", total));
  }

  private PrintWriter errors() {
    return command == null
        ? new PrintWriter(System.err, true, UTF_8)
        : command.commandLine().getErr();
  }
}
