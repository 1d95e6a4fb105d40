package dev.mimic.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** An HTTP proxy on a network of ours, that knows CONNECT alone. */
final class TestConnectServer implements Closeable {
  private final String refusal;
  private final Network network;
  private final Optional<ProxyCredentials> wanted;
  private final FlowServer server;

  TestConnectServer(Network network, Optional<ProxyCredentials> wanted) throws IOException {
    this(network, wanted, "407 Proxy Authentication Required");
  }

  /** Makes one that says this to those who have other credentials. */
  TestConnectServer(Network network, Optional<ProxyCredentials> wanted, String refusal)
      throws IOException {
    this.refusal = refusal;
    this.network = network;
    this.wanted = wanted;
    this.server = FlowServer.serve(network.listen(new HostPort("127.0.0.1", 0)), this::serve);
  }

  HostPort at() {
    return Splice.at(server);
  }

  private void serve(Flow client) throws IOException {
    String head = head(client.inputStream());
    if (wanted.isPresent() && !head.contains(authorization(wanted.get()))) {
      say(client, refusal);
      return;
    }
    String[] words = head.split("[ \r\n]", 4);
    int colon = words[1].lastIndexOf(':');
    String host = words[1].substring(0, colon).replaceAll("[\\[\\]]", "");
    HostPort to = new HostPort(host, Integer.parseInt(words[1].substring(colon + 1)));
    Flow target;
    try {
      target = network.connect(to, Deadline.after(Duration.ofSeconds(10), TimeSource.system()));
    } catch (IOException e) {
      say(client, "502 Bad Gateway");
      return;
    }
    say(client, "200 Connection established");
    Splice.both(client, target);
  }

  private static String authorization(ProxyCredentials who) {
    byte[] both = (who.user() + ":" + who.password()).getBytes(ISO_8859_1);
    return "Proxy-Authorization: Basic " + Base64.getEncoder().encodeToString(both) + "\r\n";
  }

  private static String head(InputStream input) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = input.read();
      if (next < 0) {
        throw new IOException("the client ended its request early");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static void say(Flow client, String status) throws IOException {
    String head = "HTTP/1.1 " + status + "\r\nVia: 1.1 test\r\n\r\n";
    client.write(ByteBuffer.wrap(head.getBytes(ISO_8859_1)));
  }

  @Override
  public void close() {
    server.close();
  }
}
