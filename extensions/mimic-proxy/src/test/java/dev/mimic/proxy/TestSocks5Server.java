package dev.mimic.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowServer;
import dev.mimic.flow.TimeSource;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** A SOCKS5 proxy on any network (RFC 1928, RFC 1929). */
final class TestSocks5Server implements ProxyContract.RunningProxy {
  private final Network network;
  private final Optional<ProxyCredentials> required;
  private final FlowServer server;

  TestSocks5Server(Network network, Optional<ProxyCredentials> required) throws IOException {
    this.network = network;
    this.required = required;
    this.server = FlowServer.serve(network.listen(new HostPort("127.0.0.1", 0)), this::serve);
  }

  @Override
  public HostPort at() {
    return Splice.at(server);
  }

  private void serve(Flow client) throws IOException {
    DataInputStream input = new DataInputStream(client.inputStream());
    require(input.readUnsignedByte() == 5);
    byte[] methods = input.readNBytes(input.readUnsignedByte());
    int method = required.isPresent() ? 2 : 0;
    boolean offered = new String(methods, UTF_8).indexOf(method) >= 0;
    say(client, 5, offered ? method : 0xff);
    if (!offered || (required.isPresent() && !authenticates(client, input))) {
      return;
    }
    require(input.readUnsignedByte() == 5 && input.readUnsignedByte() == 1);
    require(input.readUnsignedByte() == 0);
    HostPort to = destination(input);
    Flow target;
    try {
      target = network.connect(to, Deadline.after(Duration.ofSeconds(10), TimeSource.system()));
    } catch (IOException e) {
      say(client, 5, e instanceof ConnectException ? 5 : 4, 0, 1, 0, 0, 0, 0, 0, 0);
      return;
    }
    say(client, 5, 0, 0, 1, 127, 0, 0, 1, 0, 0);
    Splice.both(client, target);
  }

  private boolean authenticates(Flow client, DataInputStream input) throws IOException {
    require(input.readUnsignedByte() == 1);
    String user = new String(input.readNBytes(input.readUnsignedByte()), UTF_8);
    String password = new String(input.readNBytes(input.readUnsignedByte()), UTF_8);
    boolean right = required.equals(Optional.of(new ProxyCredentials(user, password)));
    say(client, 1, right ? 0 : 1);
    return right;
  }

  private static HostPort destination(DataInputStream input) throws IOException {
    int kind = input.readUnsignedByte();
    String host =
        switch (kind) {
          case 1 -> InetAddress.getByAddress(input.readNBytes(4)).getHostAddress();
          case 4 -> InetAddress.getByAddress(input.readNBytes(16)).getHostAddress();
          case 3 -> new String(input.readNBytes(input.readUnsignedByte()), UTF_8);
          default -> throw new IOException("kind of address " + kind);
        };
    return new HostPort(host, input.readUnsignedShort());
  }

  private static void say(Flow client, int... bytes) throws IOException {
    ByteBuffer message = ByteBuffer.allocate(bytes.length);
    for (int each : bytes) {
      message.put((byte) each);
    }
    client.write(message.flip());
  }

  private static void require(boolean holds) throws IOException {
    if (!holds) {
      throw new IOException("that is not SOCKS5");
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
