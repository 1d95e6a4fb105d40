package dev.mimic.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.mimic.Flow;
import dev.mimic.FlowServer;
import dev.mimic.MimicResolver;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that says given words, for one connection after another, and then closes each. */
final class RawServer implements Closeable {
  private final FlowServer server;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();

  /**
   * Starts one.
   *
   * @param answers to the requests of each connection, in order; then it is closed
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // of lists that are only read
  RawServer(MimicResolver resolver, List<String>... answers) throws IOException {
    server =
        FlowServer.serve(
            resolver.listen("http://localhost:0"),
            flow ->
                answer(flow, answers[Math.min(connections.getAndIncrement(), answers.length - 1)]));
  }

  private void answer(Flow flow, List<String> answers) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(flow.inputStream(), ISO_8859_1));
    for (String answer : answers) {
      awaitHead(lines);
      flow.write(ISO_8859_1.encode(answer));
    }
    if (answers.size() > 1) {
      awaitHead(lines); // and answers it by the end
    }
  }

  private void awaitHead(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    if (line != null) {
      requests.incrementAndGet();
    }
    while (line != null && !line.isEmpty()) {
      line = lines.readLine();
    }
  }

  String url() {
    return server.address() + "/";
  }

  int connections() {
    return connections.get();
  }

  int requests() {
    return requests.get();
  }

  @Override
  public void close() {
    server.close();
  }
}
