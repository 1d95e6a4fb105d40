package dev.mimic.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The process of an {@link EchoLoad}. */
final class EchoClients implements Closeable {
  private static final int LIMIT_SECONDS = 20;

  private final Process process;
  private final BufferedReader output;
  private final Writer input;

  private EchoClients(Process process) {
    this.process = process;
    this.output = process.inputReader(US_ASCII);
    this.input = process.outputWriter(US_ASCII);
  }

  /** Starts the process, and returns when all flows are connected. */
  static EchoClients connect(int port, int flows) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    Process process =
        new ProcessBuilder(
                java,
                "-cp",
                classes,
                EchoLoad.class.getName(),
                String.valueOf(port),
                String.valueOf(flows))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    EchoClients clients = new EchoClients(process);
    clients.expect("ready");
    return clients;
  }

  /** Sends so many requests over each flow, and returns when all are answered. */
  void run(int requestsEach) throws IOException {
    input.write(requestsEach + "\n");
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
