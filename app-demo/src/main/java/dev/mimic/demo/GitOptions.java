package dev.mimic.demo;

import dev.mimic.MimicResolver;
import dev.mimic.git.GitClient;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import org.eclipse.jgit.lib.TextProgressMonitor;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that speaks Git to somebody. */
final class GitOptions {
  @Mixin private final DeploymentOptions options = new DeploymentOptions(DeploymentOptions.HOST);

  @Mixin private final ClientOptions client = new ClientOptions();

  @Option(
      names = "--progress",
      description = "Show progress on standard error, also where that is no terminal.")
  private boolean progress;

  /** Returns a client that does what they say for this address. */
  GitClient client(String address) throws IOException {
    MimicResolver resolver = options.deploymentThatReachesOthers().resolver();
    GitClient git =
        GitClient.of(resolver)
            .withContext(client.context(address, resolver))
            .withTimeout(client.timeout(resolver));
    return progress || System.console() != null
        ? git.withProgress(
            new TextProgressMonitor(
                new OutputStreamWriter(System.err, StandardCharsets.UTF_8)))
        : git;
  }
}
