package dev.mimic.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** An HTTP proxy on any network, which supports only CONNECT. */
final class TestConnectServer implements ProxyContract.RunningProxy {
  private final String refusal;
  private final Network network;
  private final Optional<ProxyCredentials> required;
  private final FlowServer server;

  TestConnectServer(Network network, Optional<ProxyCredentials> required) throws IOException {
    this(network, required, "407 Proxy Authentication Required");
  }

  /** Creates a proxy with the status line that it sends in response to wrong credentials. */
  TestConnectServer(Network network, Optional<ProxyCredentials> required, String refusal)
      throws IOException {
    this.refusal = refusal;
    this.network = network;
    this.required = required;
    this.server = FlowServer.serve(network.listen(new HostPort("127.0.0.1", 0)), this::serve);
  }

  @Override
  public HostPort at() {
    return Splice.at(server);
  }

  private void serve(Flow client) throws IOException {
    String head = head(client.inputStream());
    if (required.isPresent() && !head.contains(authorization(required.get()))) {
      say(client, refusal);
      return;
    }
    String[] words = head.split("[ \r\n]", 4);
    HostPort to = HostPort.parse(words[1]);
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

  private static String authorization(ProxyCredentials login) {
    byte[] both = (login.user() + ":" + login.password()).getBytes(ISO_8859_1);
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
