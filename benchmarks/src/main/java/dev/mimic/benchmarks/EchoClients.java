package dev.mimic.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The process of an {@link EchoLoad}. */
final class EchoClients implements Closeable {
  private static final int LIMIT_SECONDS = 20;
  private static final int WARM_UP_FLOWS = 1000;
  private static final int WARM_UP_REQUESTS = 30;

  private final Process process;
  private final BufferedReader output;
  private final Writer input;

  private EchoClients(Process process) {
    this.process = process;
    this.output = process.inputReader(US_ASCII);
    this.input = process.outputWriter(US_ASCII);
  }

  /** Starts the process. Returns when it has all flows to each of the servers. */
  static EchoClients connect(int flows, EchoServer... servers) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    List<String> command =
        new ArrayList<>(
            List.of(java, "-cp", classes, EchoLoad.class.getName(), String.valueOf(flows)));
    for (EchoServer server : servers) {
      command.add(String.valueOf(server.port()));
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    EchoClients clients = new EchoClients(process);
    clients.expect("ready");
    return clients;
  }

  /**
   * Uses the servers until their code is compiled, so that it is not one server's flows that
   * connect while it is still interpreted, and stay in such frames, and the other's that come
   * later.
   */
  static void warmUp(EchoServer... servers) throws IOException {
    for (int i = 0; i < 2; i++) {
      try (EchoClients clients = connect(WARM_UP_FLOWS, servers)) {
        for (EchoServer server : servers) {
          clients.run(server, WARM_UP_REQUESTS);
        }
      }
    }
  }

  /**
   * Sends {@code requestsEach} requests over each flow to a server. Returns when all are answered.
   */
  void run(EchoServer server, int requestsEach) throws IOException {
    input.write(server.port() + " " + requestsEach + "\n");
    input.flush();
    expect("done");
  }

  private void expect(String line) throws IOException {
    String found = output.readLine(); // or the end, for the process bounds its own waiting
    if (!line.equals(found)) {
      process.destroyForcibly();
      throw new IOException("the load said %s where %s was expected".formatted(found, line));
    }
  }

  @Override
  public void close() throws IOException {
    try (input;
        output) {
      process.destroy();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
