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

/** The demo's part about mail: a mail to a server that is written for sockets. */
final class MailDemo {
  static final String HOST = "mail.example";

  private static final String ADDRESS = "smtps://" + HOST;
  private static final int PORT = 465;
  private static final String TEXT = "There is a new commit.";

  private final MimicResolver resolver;
  private final DemoTls tls;
  private final PrintStream out;

  MailDemo(MimicResolver resolver, DemoTls tls, PrintStream out) {
    this.resolver = resolver;
    this.tls = tls;
    this.out = out;
  }

  /** Plays the part, and returns whether the mail arrived. */
  boolean play() throws IOException {
    BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
    SMTPServer server = server(arrived);
    server.start();
    try {
      Network.Hop names =
          new HostTable(
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
    out.println("A mail to a server that is written for java.net.Socket:\n");
    long began = System.nanoTime();
    MailClient.of(resolver).send(ADDRESS, mail, how);
    String content = arrived.poll();
    boolean well = content != null && content.contains(TEXT);
    out.println(
        new Table(2)
            .heading("ADDRESS", "CONNECTION", "MAIL", "TIME")
            .row(
                ADDRESS,
                PlannedConnection.of(ADDRESS, how, resolver),
                well ? "arrived" : "DID NOT ARRIVE",
                ElapsedTime.since(began))
            .print());
    return well;
  }
}
