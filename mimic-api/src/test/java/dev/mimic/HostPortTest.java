package dev.mimic;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostPortTest {
  @ParameterizedTest
  @CsvSource({
    "example.org:80, example.org, 80",
    "a_b-c.:0, a_b-c., 0",
    "192.0.2.1:65535, 192.0.2.1, 65535",
    "[2001:db8::1]:443, 2001:db8::1, 443",
    "[fe80::1%eth0]:22, fe80::1%eth0, 22",
  })
  void parse_ofHostAndPort_isInverseOfToString(String text, String host, int port) {
    HostPort parsed = HostPort.parse(text);
    assertThat(parsed).isEqualTo(new HostPort(host, port));
    assertThat(parsed.toString()).isEqualTo(text);
    assertThat(HostPort.ofAddress("tls://" + text)).isEqualTo(parsed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host",
        ":80",
        "host:",
        "host:-1",
        "host:65536",
        "host:000080",
        "host:٣",
        "host:8 0",
        "a b:80",
        "-x:80",
        "127.1:80",
        "me@host:80",
        "::1:80",
        "[::1]",
        "[::1]80",
        "[host]:80",
        "[::1%]:80",
        "host:80/",
        "tcp://host:80",
      })
  void parse_ofOtherText_isRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> HostPort.parse(text));
  }

  @Test
  void parse_withoutPort_saysWhatIsMissing() {
    assertThat(assertThrows(IllegalArgumentException.class, () -> HostPort.parse("host")))
        .hasMessageThat()
        .isEqualTo("\"host\" must be host:port, with a port from 0 to 65535");
    assertThat(assertThrows(IllegalArgumentException.class, () -> HostPort.parse("::1:80")))
        .hasMessageThat()
        .isEqualTo("\"::1:80\" must have its IPv6 address in brackets: write [::1]:80");
  }

  @ParameterizedTest
  @ValueSource(strings = {"host:80", "unix:/run/x.sock", "tcp://host", "tcp://host:80/path"})
  void ofAddress_withoutHostAndPort_isRefused(String address) {
    assertThrows(IllegalArgumentException.class, () -> HostPort.ofAddress(address));
  }
}
