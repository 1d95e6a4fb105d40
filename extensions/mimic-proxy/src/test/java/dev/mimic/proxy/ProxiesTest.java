package dev.mimic.proxy;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.HostPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProxiesTest {
  @ParameterizedTest
  @CsvSource({
    "socks5://p.example, socks5(p.example:1080)",
    "SOCKS5://p.example:99/, socks5(p.example:99)",
    "socks5://u:p%40ss@[2001:db8::1]:99, socks5([2001:db8::1]:99)",
    "http://p.example:3128, http-proxy(p.example:3128)",
    "http://u:p@p.example:3128/, http-proxy(p.example:3128)",
  })
  void addressesAreParsed(String address, String shown) {
    assertThat(Proxies.parse(address).toString()).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "p.example:1080",
        "socks5:p.example",
        "socks4://p.example",
        "https://p.example:3128",
        "http://p.example",
        "socks5://u@p.example",
        "socks5://u:secret@",
        "socks5://u:secret@p.example/path",
        "http://u:secret@p.example:99999",
        "http://u:sec ret@p.example:99",
      })
  void allElseIsRefusedAndNotRepeated(String address) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Proxies.parse(address));
    assertThat(e).hasMessageThat().doesNotContain("secret");
    assertThat(e).hasMessageThat().doesNotContain("sec ret");
  }

  @Test
  void credentialsThatCannotBeSentAreRefused() {
    Socks5Proxy socks = Socks5Proxy.at(new HostPort("p", 1));
    assertThrows(IllegalArgumentException.class, () -> socks.withCredentials("", "p"));
    assertThrows(IllegalArgumentException.class, () -> socks.withCredentials("u", ""));
    assertThrows(IllegalArgumentException.class, () -> socks.withCredentials("u", "p".repeat(256)));
    HttpProxy http = HttpProxy.at(new HostPort("p", 1));
    assertThrows(IllegalArgumentException.class, () -> http.withCredentials("a:b", "p"));
    assertThrows(IllegalArgumentException.class, () -> http.withCredentials("a", "p\r\nX: y"));
  }
}
