package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import dev.mimic.FlowServer;
import dev.mimic.MimicResolver;
import dev.mimic.ResolutionException;
import dev.mimic.UnknownSchemeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Serves ping-pong on several addresses, plays with each by the same client, and then shows what
 * fails and how. Knows nothing of the target that it runs on.
 */
final class Demo {
  private static final List<String> LISTEN_ON =
      List.of("tcp://localhost:0", "tcp://127.0.0.1:0", "ping://localhost:0");
  private static final List<String> LINES = List.of("ping", "pong", "hello");
  private static final List<String> ANSWERS = List.of("pong", "ping", "hello");

  private final MimicResolver resolver;
  private final PingPongClient client;
  private boolean well = true;

  Demo(MimicResolver resolver, PingPongClient client) {
    this.resolver = resolver;
    this.client = client;
  }

  /** Returns whether everything was as it should be. */
  boolean run(PrintStream out) throws IOException {
    Table connections = new Table().row("ADDRESS", "CARRIED BY", "EXCHANGED", "TIME");
    for (String address : LISTEN_ON) {
      try (FlowServer server = FlowServer.serve(resolver.listen(address), PingPong::serve)) {
        connect(server.address(), connections);
      }
    }
    out.println(connections.print(""));
    out.println("and what cannot be:\n");
    out.println("  " + unknownScheme());
    out.println("  " + refused() + "\n");
    return well;
  }

  private void connect(String address, Table table) throws IOException {
    long began = System.nanoTime();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String carrier = client.play(address, lines(), out);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    List<String> answers = out.toString(US_ASCII).lines().toList();
    expect(answers.equals(ANSWERS));
    expect(kind(carrier).equals(kind(resolver.plan(address).connections().getFirst())));
    table.row(address, carrier, LINES + " -> " + answers, millis(took));
  }

  private static LineReader lines() {
    byte[] bytes = String.join("\n", LINES).getBytes(US_ASCII);
    return new LineReader("the demo", new ByteArrayInputStream(bytes));
  }

  /** Returns what a connection is, without where to: {@code tcp} of {@code tcp(localhost:80)}. */
  private static String kind(String connection) {
    return connection.substring(0, connection.indexOf('('));
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
  }

  private String unknownScheme() {
    ResolutionException failure = failure("pign://localhost:4000");
    expect(failure instanceof UnknownSchemeException);
    return requireNonNull(failure.getMessage());
  }

  /** Connects to where somebody has just stopped listening. */
  private String refused() throws IOException {
    String address;
    try (var listener = resolver.listen("tcp://localhost:0")) {
      address = listener.address();
    }
    ResolutionException failure = failure(address);
    expect(failure.getCause() instanceof ConnectException);
    return requireNonNull(failure.getMessage());
  }

  private ResolutionException failure(String address) {
    try {
      resolver.resolve(address).close();
    } catch (ResolutionException e) {
      return e;
    } catch (IOException e) {
      throw new IllegalStateException("a resolution failed, and not as it should", e);
    }
    throw new IllegalStateException("connected to " + address + ", where nobody listens");
  }

  private void expect(boolean isSo) {
    well &= isSo;
  }
}
