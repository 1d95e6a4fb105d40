package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mimic.Address;
import dev.mimic.Context;
import dev.mimic.MimicResolver;
import dev.mimic.flow.FlowServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Serves ping-pong on several addresses, plays with each by the same client, and then shows what
 * fails and how. Knows nothing of the target that it runs on, and asks what schemes it has.
 */
final class Demo {
  private static final List<String> LISTEN_ON =
      List.of("tcp://localhost:0", "ping://127.0.0.1:0", "tls://localhost:0");
  private static final List<String> LINES = List.of("ping", "pong", "hello");
  private static final List<String> ANSWERS = List.of("pong", "ping", "hello");

  private final MimicResolver resolver;
  private final PingPongClient client;
  private final DemoTls tls = DemoTls.create();
  private boolean well = true;

  Demo(MimicResolver resolver, PingPongClient client) {
    this.resolver = resolver;
    this.client = client;
  }

  /** Returns whether everything was as it should be. */
  boolean run(PrintStream out) throws IOException {
    Table connections = new Table().row("ADDRESS", "CARRIED BY", "EXCHANGED", "TIME");
    for (String address : LISTEN_ON) {
      play(address, connections);
    }
    if (hasScheme("unix")) {
      playOnSocketFile(connections);
    }
    out.println(connections.print(""));
    expect(new GitStory(resolver, tls, out).play());
    expect(new MailStory(resolver, tls, out).play());
    out.println("and what cannot be:\n");
    out.println(new DemoFailures(resolver, tls).table().print("  "));
    return well;
  }

  private boolean hasScheme(String name) {
    return resolver.inventory().schemes().stream()
        .anyMatch(each -> each.scheme().name().equals(name));
  }

  private void playOnSocketFile(Table table) throws IOException {
    Path folder = Files.createTempDirectory("mimic");
    try {
      play("unix:" + Address.encodePath(folder.resolve("s").toString()), table);
    } finally {
      Files.delete(folder); // which is empty, for the socket file goes with its listener
    }
  }

  private void play(String listenOn, Table table) throws IOException {
    try (FlowServer server =
        FlowServer.serve(resolver.with(tls.server()).listen(listenOn), PingPong::serve)) {
      connect(server.address(), table);
    }
  }

  private void connect(String address, Table table) throws IOException {
    Context how = tls.client();
    long began = System.nanoTime();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String carrier = client.play(address, how, lines(), out);
    String took = Took.since(began);
    List<String> answers = out.toString(US_ASCII).lines().toList();
    expect(answers.equals(ANSWERS));
    expect(kind(carrier).equals(kind(PlannedConnection.of(address, how, resolver))));
    table.row(address, carrier, LINES + " -> " + answers, took);
  }

  private static LineReader lines() {
    byte[] bytes = String.join("\n", LINES).getBytes(US_ASCII);
    return new LineReader("the demo", new ByteArrayInputStream(bytes));
  }

  /** Returns what a connection is, without where to: {@code tls(tcp} of {@code tls(tcp(a:80))}. */
  private static String kind(String connection) {
    return connection.substring(0, connection.lastIndexOf('('));
  }

  private void expect(boolean isSo) {
    well &= isSo;
  }
}
