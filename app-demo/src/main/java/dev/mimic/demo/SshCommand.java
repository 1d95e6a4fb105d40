package dev.mimic.demo;

import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.guice.Deployment;
import dev.mimic.ssh.Ssh;
import dev.mimic.ssh.SshExitException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** The command that runs a command of another machine. */
@Command(
    name = "ssh",
    description = {
      "Run COMMAND on another machine, with the standard streams of this one.",
      "%nThe exit status is that of COMMAND, or 255 if a signal ended it."
    })
final class SshCommand implements Callable<Integer> {
  private static final int SIGNALLED = 255;
  private static final int CHUNK_BYTES = 32 * 1024;

  @Mixin private final DeploymentOptions options = new DeploymentOptions(DeploymentOptions.HOST);

  @Mixin private final ClientOptions client = new ClientOptions();

  @Parameters(index = "0", paramLabel = "ADDRESS", description = "Such as ssh://me@host:22.")
  private String address = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COMMAND",
      parameterConsumer = Rest.class,
      description =
          "The command line for the shell of the other machine: all that follows, joined by"
              + " spaces.")
  private List<String> command = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    Deployment deployment = options.deploymentThatReachesOthers();
    MimicResolver resolver = deployment.resolver();
    AddressArgument.checkSsh(address, resolver);
    Context how =
        client
            .context(address, resolver)
            .with(Ssh.COMMAND, String.join(" ", command))
            .with(Ssh.STANDARD_ERROR, System.err);
    try (Flow flow = resolver.with(how).withTimeout(client.timeout(resolver)).resolve(address)) {
      sendInput(flow);
      copy(flow.inputStream(), new StandardOutput());
      return 0;
    } catch (SshExitException e) {
      return e.status().orElse(SIGNALLED);
    }
  }

  /** Copies and flushes each chunk. Throws when the output is closed. */
  private static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
      to.write(chunk, 0, count);
      to.flush();
    }
  }

  /** Takes all remaining words. Options among them belong to the other command. */
  static final class Rest implements IParameterConsumer {
    @Override
    @SuppressWarnings("JdkObsolete") // picocli's own interface
    public void consumeParameters(Stack<String> arguments, ArgSpec to, CommandSpec command) {
      List<String> rest = new ArrayList<>();
      while (!arguments.isEmpty()) {
        rest.add(arguments.pop());
      }
      to.setValue(rest);
    }
  }

  /** Sends standard input in a daemon thread, which does not keep the program from ending. */
  private static void sendInput(Flow flow) {
    InputStream input = System.in;
    Thread.ofPlatform()
        .daemon()
        .name("mimic standard input")
        .start(
            () -> {
              try {
                long unused = input.transferTo(flow.outputStream());
                flow.shutdownOutput();
              } catch (IOException e) {
                // The command has ended. Reading its output throws if it failed.
              }
            });
  }
}
