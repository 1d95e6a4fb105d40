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
 * The demo: ping-pong servers on several addresses with one client, a Git repository, a mail, and
 * failures. It depends on no target, and asks the resolver for its schemes.
 */
final class Demo {
  private static final List<String> LISTEN_ON =
      List.of("tcp://localhost:0", "ping://127.0.0.1:0", "tls://localhost:0");
  private static final List<String> LINES = List.of("ping", "pong", "hello");
  private static final List<String> ANSWERS = List.of("pong", "ping", "hello");

  private static final int[] WIDTHS = {28, 38, 8};

  private final MimicResolver resolver;
  private final PingPongClient client;
  private final DemoTls tls = DemoTls.create();
  private boolean well = true;

  Demo(MimicResolver resolver, PingPongClient client) {
    this.resolver = resolver;
    this.client = client;
  }

  /** Plays the demo, and returns whether each part had the expected result. */
  boolean run(PrintStream out) throws IOException {
    out.printf("Ping-pong by one client, %s -> %s:%n%n", LINES, ANSWERS);
    out.print(new Table(2).heading("ADDRESS", "CONNECTION", "TIME").print(WIDTHS));
    for (String address : LISTEN_ON) {
      out.print(play(address));
    }
    if (hasScheme("unix")) {
      out.print(playOnSocketFile());
    }
    out.println();
    expect(new GitDemo(resolver, tls, out).play());
    expect(new MailDemo(resolver, tls, out).play());
    out.println("Expected failures:\n");
    new DemoFailures(resolver, tls).print(out);
    out.println();
    expect(Configuration.playFaults(out));
    return well;
  }

  private boolean hasScheme(String name) {
    return resolver.inventory().schemes().stream()
        .anyMatch(each -> each.scheme().name().equals(name));
  }

  private String playOnSocketFile() throws IOException {
    Path folder = Files.createTempDirectory("mimic");
    try {
      return play("unix:" + Address.encodePath(folder.resolve("s").toString()));
    } finally {
      Files.delete(folder); // it is empty: a listener deletes its socket file
    }
  }

  /** Returns the row of a client of a server at this address. */
  private String play(String listenOn) throws IOException {
    try (FlowServer server =
        FlowServer.serve(resolver.with(tls.server()).listen(listenOn), PingPong::serve)) {
      return connect(server.address());
    }
  }

  private String connect(String address) throws IOException {
    Context how = tls.client();
    long began = System.nanoTime();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String carrier = client.play(address, how, lines(), out);
    String took = ElapsedTime.since(began);
    List<String> answers = out.toString(US_ASCII).lines().toList();
    expect(answers.equals(ANSWERS));
    expect(kind(carrier).equals(kind(PlannedConnection.of(address, how, resolver))));
    return new Table(2).row(address, carrier, took).print(WIDTHS);
  }

  private static LineReader lines() {
    byte[] bytes = String.join("\n", LINES).getBytes(US_ASCII);
    return new LineReader("the demo", new ByteArrayInputStream(bytes));
  }

  /** Returns the kind of a connection: {@code tls(tcp} of {@code tls(tcp(a:80))}. */
  private static String kind(String connection) {
    return connection.substring(0, connection.lastIndexOf('('));
  }

  private void expect(boolean isSo) {
    well &= isSo;
  }
}
