package dev.mimic.proxy;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.HostPort;
import dev.mimic.Network;
import dev.mimic.flow.Deadline;
import dev.mimic.flow.TimeSource;
import dev.mimic.inmemory.InMemoryNetwork;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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
  void parse_validAddress_returnsTheProxy(String address, String shown) {
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
  void parse_malformedAddress_isRefusedAndNotRepeated(String address) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Proxies.parse(address));
    assertThat(e).hasMessageThat().doesNotContain("secret");
    assertThat(e).hasMessageThat().doesNotContain("sec ret");
  }

  @Test
  void parse_randomAddress_neverRepeatsThePassword() {
    long seed = new Random().nextLong();
    System.out.println("seed of the random proxy addresses: " + seed);
    Random random = new Random(seed);
    String inside = "abc019/?#@:%[]\\!$&'()*+,;= \u00e9\n";
    int parsed = 0;
    for (int i = 0; i < 100_000; i++) {
      StringBuilder password = new StringBuilder(oneOf(random, "", "/", "?", "12/", "%2F", "@"));
      password.append("Zqx");
      for (int left = random.nextInt(8); left > 0; left--) {
        password.append(inside.charAt(random.nextInt(inside.length())));
      }
      String address =
          oneOf(random, "socks5://", "http://", "socks5:", "http:/", "ssh://", "", "x y://")
              + oneOf(random, "me", "", "m e", "me%3Ax")
              + oneOf(random, ":", "%3A")
              + password
              + '@'
              + oneOf(random, "host:80", "host", "[::1]:80", "host:99999", "h st", "host:80/p");
      String shown;
      try {
        shown = Proxies.parse(address).toString();
        parsed++;
      } catch (IllegalArgumentException e) {
        shown = e.toString();
      }
      assertWithMessage("seed %s, address %s", seed, address).that(shown).doesNotContain("Zqx");
    }
    assertThat(parsed).isGreaterThan(100);
  }

  private static String oneOf(Random random, String... all) {
    return all[random.nextInt(all.length)];
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter2 is wrong",
        "no Basic bWU6aHVudGVyMg==",
        "HUNTER2",
        "aHVudGVyMg==",
      })
  void reason_thatEchoesThePassword_isRedacted(String echo) throws Exception {
    Network network = InMemoryNetwork.create();
    ProxyCredentials other = new ProxyCredentials("other", "other");
    for (String status : List.of("407 ", "403 ", "502 ")) {
      try (TestConnectServer server =
          new TestConnectServer(network, Optional.of(other), status + echo)) {
        Network through =
            HttpProxy.at(server.at()).withCredentials("me", "hunter2").through(network);
        Deadline deadline = Deadline.after(Duration.ofSeconds(20), TimeSource.system());
        IOException e =
            assertThrows(
                IOException.class, () -> through.connect(new HostPort("host", 80), deadline));
        assertThat(e).hasMessageThat().contains(status + "***");
        assertThat(e).hasMessageThat().doesNotContain(echo);
      }
    }
  }

  @Test
  void credentials_userWithColon_areRedactedAfterIt() {
    assertThat(new ProxyCredentials("me:hunter2", "p").toString()).isEqualTo("me:***:***");
  }

  @Test
  void credentials_thatCannotBeSent_areRefused() {
    Socks5Proxy socks = Socks5Proxy.at(new HostPort("p", 1));
    assertThrows(IllegalArgumentException.class, () -> socks.withCredentials("", "p"));
    assertThrows(IllegalArgumentException.class, () -> socks.withCredentials("u", ""));
    assertThrows(IllegalArgumentException.class, () -> socks.withCredentials("u", "p".repeat(256)));
    HttpProxy http = HttpProxy.at(new HostPort("p", 1));
    assertThrows(IllegalArgumentException.class, () -> http.withCredentials("a:b", "p"));
    assertThrows(IllegalArgumentException.class, () -> http.withCredentials("a", "p\r\nX: y"));
  }
}
