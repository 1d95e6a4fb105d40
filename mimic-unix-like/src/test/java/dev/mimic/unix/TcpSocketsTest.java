package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.unix.Loopback.readOne;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TcpSocketsTest {

  @Test
  void info_ofConnection_namesBothSides() throws IOException {
    try (Loopback pair = Loopback.open()) {
      assertInfoNamesBothSides(pair.near(), pair.far());
    }
  }

  private static void assertInfoNamesBothSides(Flow near, Flow far) throws IOException {
    SocketChannel channel = Loopback.channel(near);
    int local = ((InetSocketAddress) channel.getLocalAddress()).getPort();
    int remote = ((InetSocketAddress) channel.getRemoteAddress()).getPort();

    assertThat(near.info())
        .isEqualTo(FlowInfo.of("tcp", "127.0.0.1:" + local, "127.0.0.1:" + remote));
    assertThat(far.info())
        .isEqualTo(FlowInfo.of("tcp", "127.0.0.1:" + remote, "127.0.0.1:" + local));
    assertThat(near.info().toString()).isEqualTo("tcp(127.0.0.1:" + remote + ")");
  }

  @Test
  void info_overIpv6_hasBrackets() throws IOException {
    Loopback.assumeIpv6();
    try (Loopback ipv6 = Loopback.open("::1")) {
      assertThat(ipv6.near().info().remote()).startsWith("[::1]:");
      assertThat(ipv6.far().info().local()).isEqualTo(ipv6.near().info().remote());
      ipv6.near().write(ByteBuffer.allocate(1));
      assertThat(readOne(ipv6.far())).isEqualTo(1);
    }
  }

  @Test
  void connection_bothSides_haveTcpNodelay() throws IOException {
    try (Loopback pair = Loopback.open()) {
      for (Flow flow : new Flow[] {pair.near(), pair.far()}) {
        assertThat(Loopback.channel(flow).getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
      }
    }
  }
}
