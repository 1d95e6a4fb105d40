package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowServer;
import dev.mimic.guice.Deployment;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of each command that ends by itself. The build runs it once, and the JDK stores the classes
 * that it loaded in a cache, which shortens the start of the command.
 */
final class TrainingRun {
  private final List<String> failed = new ArrayList<>();

  private TrainingRun() {}

  /** Runs the commands. Nothing reads their output. */
  public static void main(String[] args) throws IOException {
    List<String> failed = play();
    failed.forEach(command -> System.err.println("failed: " + command));
    System.exit(failed.isEmpty() ? 0 : 1);
  }

  /** Runs the commands one after another, and returns those that failed. */
  static List<String> play() throws IOException {
    TrainingRun run = new TrainingRun();
    run.command("", "demo");
    run.command("", "explain", "tls://localhost:4343");
    run.command("", "describe");
    run.command("");
    run.command("", "get", "--help");
    for (Deployment each : Configuration.deployments(TlsChoice.jsse.module())) {
      if (!each.name().equals(DeploymentOptions.IN_MEMORY)) {
        run.connect(each.resolver());
      }
    }
    return run.failed;
  }

  /** Runs the commands that connect, with servers on this machine. */
  private void connect(MimicResolver resolver) throws IOException {
    Path folder = Files.createTempDirectory("mimic");
    DemoTls tls = DemoTls.create();
    try (GitHost host = GitHost.start(resolver, tls, folder.resolve("served"));
        FlowServer server =
            FlowServer.serve(resolver.listen("tcp://localhost:0"), PingPong::serve)) {
      connect(server.address(), host, tls, folder);
    } finally {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private void connect(String ping, GitHost host, DemoTls tls, Path folder) throws IOException {
    String known = Files.writeString(folder.resolve("known"), host.knownHost()).toString();
    String authority = Files.writeString(folder.resolve("pem"), tls.authorityPem()).toString();
    String file = "/info/refs?service=git-upload-pack";
    String ssh = host.address("ssh", 22);

    command("ping\n", "ping", ping);
    command("", "get", host.address("http", 80) + file);
    command(
        "", "get", host.address("https", 443) + file, "--ca-cert", authority, "-o", folder + "/f");
    // A flush packet, by which the client of git-upload-pack ends.
    command("0000", "ssh", "--known-hosts", known, ssh, "git-upload-pack 'repo/name'");
    command("", "git", "clone", host.address("git", 9418), folder + "/by-git");
    command("", "git", "clone", host.address("http", 80), folder + "/by-http");
    command("", "git", "clone", "--known-hosts", known, ssh, folder + "/by-ssh");
    command("", "kv", "set", "--store", folder + "/store", "key", "text");
  }

  private void command(String input, String... arguments) {
    System.setIn(new ByteArrayInputStream(input.getBytes(US_ASCII)));
    if (Main.run(arguments) != 0) {
      failed.add(arguments[0]);
    }
  }
}
