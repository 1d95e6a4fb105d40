package dev.mimic;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class IpAddressesTest {

  @Test
  void print_ipv6_followsRfc5952() throws Exception {
    String[][] examples = {
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"0:0:1:0:0:0:0:0", "0:0:1::"},
      {"::ffff:192.0.2.1", "192.0.2.1"},
    };
    for (String[] each : examples) {
      assertThat(IpAddresses.print(literal(each[0]))).isEqualTo(each[1]);
      assertThat(literal(each[1])).isEqualTo(literal(each[0]));
    }
  }

  @Test
  void print_socketAddress_hasIpv6InBrackets() throws Exception {
    assertThat(IpAddresses.print(new InetSocketAddress(literal("::1"), 80))).isEqualTo("[::1]:80");
    assertThat(IpAddresses.print(new InetSocketAddress(literal("127.0.0.1"), 80)))
        .isEqualTo("127.0.0.1:80");
  }

  @Test
  void literal_ofName_isEmpty() throws Exception {
    for (String each :
        new String[] {"localhost", "a.b.c", "1.2.3.4.example", "fe80", "x1", "3com"}) {
      assertWithMessage(each).that(IpAddresses.literal(each)).isEqualTo(Optional.empty());
    }
  }

  @Test
  void literal_ambiguousNumber_isRefused() {
    for (String each :
        new String[] {
          "127.1",
          "1",
          "010.0.0.1",
          "0x7f.0.0.1",
          "0x7f000001",
          "256.0.0.1",
          "1.2.3.4.5",
          "1.2.3.04"
        }) {
      UnknownHostException refusal =
          assertThrows(UnknownHostException.class, () -> IpAddresses.literal(each), each);
      assertThat(refusal).hasMessageThat().contains("host " + each + " is neither a name nor");
    }
  }

  @Test
  void literal_malformedIpv6_isRefusedWithoutLookup() {
    for (String each : new String[] {":::", "1:2", "::g", "example:80", "::1]", "[::1]", "::1%"}) {
      UnknownHostException refusal =
          assertThrows(UnknownHostException.class, () -> IpAddresses.literal(each), each);
      assertThat(refusal).hasMessageThat().contains("host " + each + " is not an IPv6 address");
    }
  }

  @Test
  void literal_zoneOfThisHost_isKept() throws Exception {
    Inet6Address linkLocal = anyLinkLocal();
    String text = IpAddresses.print(linkLocal);

    assertThat(text).matches("fe80::.*%.*");
    Inet6Address parsed = (Inet6Address) literal(text);
    assertThat(parsed.getScopeId()).isEqualTo(linkLocal.getScopeId());
    assertThat(IpAddresses.print(parsed)).isEqualTo(text);
  }

  @Test
  void literal_unknownZone_isRefused() {
    assertThat(
            assertThrows(
                UnknownHostException.class, () -> IpAddresses.literal("fe80::1%nosuchzone")))
        .hasMessageThat()
        .startsWith("host fe80::1%nosuchzone is not an IPv6 address with a zone of this host");
  }

  @Test
  void reachable_wildcard_isLoopback() throws Exception {
    assertThat(IpAddresses.reachable(literal("0.0.0.0"))).isEqualTo(literal("127.0.0.1"));
    assertThat(IpAddresses.reachable(literal("::"))).isEqualTo(literal("::1"));
    assertThat(IpAddresses.reachable(literal("192.0.2.1"))).isEqualTo(literal("192.0.2.1"));
  }

  private static Inet6Address anyLinkLocal() throws Exception {
    Optional<InetAddress> found =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(each -> each instanceof Inet6Address && each.isLinkLocalAddress())
            .findFirst();
    assumeTrue(found.isPresent(), "no interface here has a link-local IPv6 address");
    return (Inet6Address) found.orElseThrow();
  }

  private static InetAddress literal(String text) throws UnknownHostException {
    return IpAddresses.literal(text).orElseThrow();
  }
}
