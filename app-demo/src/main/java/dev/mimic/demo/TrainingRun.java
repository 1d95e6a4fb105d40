package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.guice.Deployment;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Plays the commands that end by themselves. The build runs it once, for the JDK to keep in a cache
 * what it loaded, linked and learned: the command then starts in half the time.
 */
final class TrainingRun {
  private TrainingRun() {}

  /** Runs them one after another; what they print is for nobody. */
  public static void main(String[] args) throws IOException {
    Main.run("demo");
    Main.run("explain", "tls://localhost:4343");
    Main.run("describe");
    Main.run("--help");
    for (Deployment each : Configuration.deployments(TlsChoice.jsse.module())) {
      if (!each.name().equals(DeploymentOptions.IN_MEMORY)) {
        fetch(each);
      }
    }
    System.exit(0);
  }

  /** Fetches over HTTP from a server on this machine. */
  private static void fetch(Deployment deployment) throws IOException {
    try (FlowServer server =
        FlowServer.serve(deployment.resolver().listen("tcp://localhost:0"), TrainingRun::answer)) {
      String url = server.address().replace("tcp:", "http:");
      Main.run("get", "--target", deployment.name(), url);
    }
  }

  private static void answer(Flow flow) throws IOException {
    int unused = flow.read(ByteBuffer.allocate(1000)); // a request is shorter
    flow.write(US_ASCII.encode("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n.\n"));
  }
}
