package dev.mimic.demo;

import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command that answers ping with pong until it is stopped. */
@Command(name = "serve", description = "Answer ping with pong on ADDRESS, until SIGTERM or Ctrl-C.")
final class ServeCommand implements Callable<Integer> {
  private static final Duration GRACE = Duration.ofSeconds(2);

  @Mixin private final DeploymentOptions options = new DeploymentOptions(DeploymentOptions.HOST);

  @Mixin private final ServerTlsOptions tls = new ServerTlsOptions();

  @Parameters(
      paramLabel = "ADDRESS",
      description = "Such as tcp://localhost:4000. With port 0, the system chooses the port.")
  private String address = "";

  @Override
  public Integer call() throws IOException, InterruptedException {
    MimicResolver resolver = options.deploymentThatReachesOthers().resolver();
    AddressArgument.checkListening(address, resolver);
    FlowServer server =
        FlowServer.serve(
            resolver.with(tls.context(address, resolver)).listen(address), PingPong::serve);
    Thread stopping = new Thread(() -> stop(server), "stop");
    Runtime.getRuntime().addShutdownHook(stopping);
    System.out.println("listening on " + server.address());
    try {
      StandardOutput.check();
    } catch (IOException e) {
      Runtime.getRuntime().removeShutdownHook(stopping); // it would end with status 0
      server.close();
      throw e;
    }
    new CountDownLatch(1).await();
    return 0;
  }

  /** Ends the program with status 0: a signal is the usual end of a server. */
  private static void stop(FlowServer server) {
    server.stop(GRACE);
    Runtime.getRuntime().halt(0);
  }
}
