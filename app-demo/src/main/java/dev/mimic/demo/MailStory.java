package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.Context;
import dev.mimic.HostPort;
import dev.mimic.MimicResolver;
import dev.mimic.Network;
import dev.mimic.mail.MailClient;
import dev.mimic.mail.MailMessage;
import dev.mimic.sockets.FlowServerSocketFactory;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.subethamail.smtp.server.SMTPServer;

/** Sends a mail to a server that knows of sockets alone, over whatever the target has. */
final class MailStory {
  static final String HOST = "mail.example";

  private static final String ADDRESS = "smtps://" + HOST;
  private static final int PORT = 465;
  private static final String TEXT = "There is a new commit.";

  private final MimicResolver resolver;
  private final DemoTls tls;
  private final PrintStream out;

  MailStory(MimicResolver resolver, DemoTls tls, PrintStream out) {
    this.resolver = resolver;
    this.tls = tls;
    this.out = out;
  }

  /** Returns whether it arrived as it was sent. */
  boolean play() throws IOException {
    BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
    SMTPServer server = server(arrived);
    server.start();
    try {
      Network.Hop names =
          new NamesOf(
              Map.of(
                  new HostPort(HOST, PORT), new HostPort("localhost", server.getPortAllocated())));
      return send(tls.client().with(Network.HOPS, List.of(names)), arrived);
    } finally {
      server.stop();
    }
  }

  private SMTPServer server(BlockingQueue<String> arrived) {
    FlowServerSocketFactory sockets =
        FlowServerSocketFactory.ofScheme(resolver, "tls").with(tls.server());
    return SMTPServer.port(0)
        .bindAddress(InetAddress.getLoopbackAddress())
        .serverSocketFactory(sockets::createServerSocket)
        .messageHandler((context, from, to, bytes) -> arrived.add(new String(bytes, UTF_8)))
        .build();
  }

  private boolean send(Context how, BlockingQueue<String> arrived) throws IOException {
    MailMessage mail =
        MailMessage.builder()
            .from("demo@" + HOST)
            .to("you@" + HOST)
            .subject("repo/name")
            .text(TEXT)
            .build();
    out.println("a mail, to a server that was written for sockets:\n");
    long began = System.nanoTime();
    MailClient.of(resolver).send(ADDRESS, mail, how);
    String content = arrived.poll();
    boolean well = content != null && content.contains(TEXT);
    out.println(
        new Table()
            .row("ADDRESS", "CARRIED BY", "MAIL", "TIME")
            .row(
                ADDRESS,
                PlannedConnection.of(ADDRESS, how, resolver),
                well ? "arrived" : "DID NOT ARRIVE",
                Took.since(began))
            .print("  "));
    return well;
  }
}
