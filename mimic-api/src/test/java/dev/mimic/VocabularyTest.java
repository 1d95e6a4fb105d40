package dev.mimic;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.MessageText;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The small values that everything else is said in. */
final class VocabularyTest {
  private static final Key<Object> ANY = Key.of("any");

  private static String refusal(Runnable mistake) {
    return String.valueOf(assertThrows(IllegalArgumentException.class, mistake::run).getMessage());
  }

  @Nested
  final class OfHostPort {
    @Test
    void printsBracketsAroundIpv6Only() {
      assertThat(new HostPort("example.org", 80).toString()).isEqualTo("example.org:80");
      assertThat(new HostPort("192.0.2.1", 0).toString()).isEqualTo("192.0.2.1:0");
      assertThat(new HostPort("2001:db8::1", 65_535).toString()).isEqualTo("[2001:db8::1]:65535");
      assertThat(new HostPort("fe80::1%eth0", 1).toString()).isEqualTo("[fe80::1%eth0]:1");
    }

    @Test
    void refusesPortsOutOfRangeAndEmptyHosts() {
      assertThat(refusal(() -> new HostPort("h", -1)))
          .isEqualTo("port (-1) must be from 0 to 65535");
      assertThat(refusal(() -> new HostPort("h", 65_536)))
          .isEqualTo("port (65536) must be from 0 to 65535");
      assertThat(refusal(() -> new HostPort("", 1))).isEqualTo("host must not be empty");
    }
  }

  @Nested
  final class OfScheme {
    private final Key<String> carrier = Key.of("carrier");
    private final Key<String> listening = Key.of("listening");

    @Test
    void hasWhatItWasGiven() {
      Scheme scheme = Scheme.of("git+ssh-2.0", carrier).withDefaultPort(22).listeningBy(listening);
      assertThat(scheme)
          .isEqualTo(
              new Scheme("git+ssh-2.0", OptionalInt.of(22), carrier, Optional.of(listening)));
      assertThat(Scheme.of("a", carrier).defaultPort().isPresent()).isFalse();
      assertThat(Scheme.of("a", carrier).listenCarrier().isPresent()).isFalse();
    }

    @Test
    void refusesNamesThatRfc3986DoesNotHave() {
      for (String name : List.of("", "A", "1a", "+a", "a b", "a_b", "a:", "a/", "\u00e4", "a\n")) {
        assertThat(refusal(() -> Scheme.of(name, carrier)))
            .isEqualTo("scheme (" + name + ") must be a lower-case letter, then of a-z 0-9 + . -");
      }
    }

    @Test
    void refusesDefaultPortsOutOfRange() {
      for (int port : new int[] {-1, 0, 65_536}) {
        assertThat(refusal(() -> Scheme.of("a", carrier).withDefaultPort(port)))
            .isEqualTo("defaultPort (" + port + ") must be from 1 to 65535");
      }
    }
  }

  @Nested
  final class OfFlowInfo {
    private final FlowInfo tcp = FlowInfo.of("tcp", "127.0.0.1:1", "127.0.0.1:4343");

    @Test
    void printsLayersFromTheTop() {
      assertThat(tcp.toString()).isEqualTo("tcp(127.0.0.1:4343)");
      assertThat(tcp.under("tls").under("x").toString()).isEqualTo("x(tls(tcp(127.0.0.1:4343)))");
    }

    @Test
    void layerAboveHasTheSameSidesAndNoAttributes() {
      FlowInfo tls = tcp.with("nodelay", "true").under("tls");
      assertThat(tls.local()).isEqualTo("127.0.0.1:1");
      assertThat(tls.remote()).isEqualTo("127.0.0.1:4343");
      assertThat(tls.attributes()).isEmpty();
      assertThat(tls.below().orElseThrow().attributes()).containsExactly("nodelay", "true");
    }

    @Test
    void attributesKeepTheirOrderAndAreCopied() {
      Map<String, String> given = new LinkedHashMap<>(Map.of("z", "1"));
      FlowInfo info = new FlowInfo("p", "l", "r", Optional.empty(), given);
      given.put("y", "2");
      FlowInfo more = info.with("b", "2").with("a", "3").with("b", "4");
      assertThat(info.attributes()).containsExactly("z", "1");
      assertThat(more.attributes()).containsExactly("z", "1", "b", "4", "a", "3").inOrder();
      assertThrows(UnsupportedOperationException.class, () -> more.attributes().put("c", "5"));
    }
  }

  @Nested
  final class OfKey {
    @Test
    void identityIsEquality() {
      Key<String> key = Key.of("name");
      assertThat(key).isNotEqualTo(Key.<String>of("name"));
    }

    @Test
    void printsItsName() {
      assertThat(Key.<String>of("name").toString()).isEqualTo("name");
      assertThat(Key.<String>secret("name").name()).isEqualTo("name");
    }

    @Test
    void isSecretOnlyIfItSaysSo() {
      assertThat(Key.<String>secret("name").isSecret()).isTrue();
      assertThat(Key.<String>of("name").isSecret()).isFalse();
    }

    @Test
    void nameMustNotBeBlank() {
      assertThat(refusal(() -> Key.of(" "))).isEqualTo("a key's name must not be blank");
    }
  }

  @Nested
  final class OfPrinted {
    @Test
    void valuesOfSecretKeysAreNeverShown() {
      List<String> two = List.of("a", "b");
      assertThat(Printed.values(new Outcome.Explicit(Key.secret("s"), two))).isEqualTo("***");
      assertThat(Printed.values(new Outcome.Explicit(Key.of("s"), two))).isEqualTo("a or b");
      assertThat(Printed.values(new Outcome.Explicit(Key.of("s"), List.of("a"), true)))
          .isEqualTo("***");
    }

    @Test
    void textStaysOnOneLineAndDoesNotDeceive() {
      assertThat(Printed.text("a\r\n\tb\u0000\u007f\u0085"))
          .isEqualTo("a\\u000d\\u000a\\u0009b\\u0000\\u007f\\u0085");
      assertThat(Printed.text("a\u2028\u2029\u202e\u200b\ufeff\u00a0b"))
          .isEqualTo("a\\u2028\\u2029\\u202e\\u200b\\ufeff\\u00a0b");
      assertThat(Printed.text("\ud83d\udd11 \u00e4 \u6587"))
          .isEqualTo("\ud83d\udd11 \u00e4 \u6587");
      assertThat(Printed.text("a\ud83d")).isEqualTo("a\\ud83d");
      assertThat(Printed.text("\udb40\udc01")).isEqualTo("\\U000e0001");
    }

    @Test
    void textIsCutAfter120CharactersAndNotWithinOne() {
      assertThat(Printed.text("a".repeat(120))).isEqualTo("a".repeat(120));
      assertThat(Printed.text("a".repeat(121))).isEqualTo("a".repeat(120) + "...");
      assertThat(Printed.text("a".repeat(119) + "\ud83d\udd11b"))
          .isEqualTo("a".repeat(119) + "\ud83d\udd11...");
    }

    @Test
    void valuePrintsWhateverItsToStringDoes() {
      assertThat(Printed.value(ANY, 12)).isEqualTo("12");
      assertThat(Printed.value(ANY, new Unprintable(() -> "x\ny"))).isEqualTo("x\\u000ay");
      String name = Unprintable.class.getTypeName();
      assertThat(
              Printed.value(
                  ANY,
                  new Unprintable(
                      () -> {
                        throw new IllegalStateException();
                      })))
          .isEqualTo(name);
      assertThat(Printed.value(ANY, new Unprintable(VocabularyTest::endless))).isEqualTo(name);
    }
  }

  private interface Text {
    String make();
  }

  private record Unprintable(Text text) {
    @Override
    public String toString() {
      return text.make();
    }
  }

  @SuppressWarnings("InfiniteRecursion") // that is what it is for
  private static String endless() {
    return endless() + ".";
  }

  @Nested
  final class OfTimeLimits {
    @Test
    void arePrintedInTheUnitThatFits() {
      assertThat(MessageText.of(Duration.ZERO)).isEqualTo("0 us");
      assertThat(MessageText.of(Duration.ofNanos(999))).isEqualTo("0 us");
      assertThat(MessageText.of(Duration.ofNanos(12_345))).isEqualTo("12 us");
      assertThat(MessageText.of(Duration.ofNanos(999_999))).isEqualTo("999 us");
      assertThat(MessageText.of(Duration.ofMillis(1))).isEqualTo("1 ms");
      assertThat(MessageText.of(Duration.ofMillis(250))).isEqualTo("250 ms");
      assertThat(MessageText.of(Duration.ofNanos(999_999_999))).isEqualTo("999 ms");
      assertThat(MessageText.of(Duration.ofSeconds(1))).isEqualTo("1 s");
      assertThat(MessageText.of(Duration.ofMillis(1500))).isEqualTo("1.5 s");
      assertThat(MessageText.of(Duration.ofMillis(1960))).isEqualTo("2 s");
      assertThat(MessageText.of(Duration.ofMinutes(10))).isEqualTo("600 s");
    }

    @Test
    void mayBeAsLongAsTheyCanBe() {
      assertThat(MessageText.of(Duration.ofSeconds(Long.MAX_VALUE)))
          .isEqualTo(Long.MAX_VALUE + " s");
    }
  }

  @Nested
  final class OfNameList {
    @Test
    void distanceCountsTypingMistakes() {
      assertThat(NameList.distance("", "")).isEqualTo(0);
      assertThat(NameList.distance("", "abc")).isEqualTo(3);
      assertThat(NameList.distance("tls", "tsl")).isEqualTo(1);
      assertThat(NameList.distance("https", "http")).isEqualTo(1);
      assertThat(NameList.distance("kitten", "sitting")).isEqualTo(3);
    }

    @Test
    void nearestIsTheOneWithTheFewestMistakes() {
      NameList names = new NameList(List.of("tls", "https", "http", "git", "ssh"));
      assertThat(names.nearest("htpp")).isEqualTo(Optional.of("http"));
      assertThat(names.nearest("htps")).isEqualTo(Optional.of("https"));
      assertThat(names.nearest("gopher")).isEqualTo(Optional.empty());
      assertThat(names.nearest("x")).isEqualTo(Optional.empty());
      assertThat(names.nearest("a".repeat(60_000))).isEqualTo(Optional.empty());
      assertThat(new NameList(List.of()).nearest("tls")).isEqualTo(Optional.empty());
    }
  }
}
