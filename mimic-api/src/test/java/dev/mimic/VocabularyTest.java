package dev.mimic;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.FlowInfo;
import dev.mimic.flow.MessageText;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests of the small value types. */
final class VocabularyTest {
  private static final Key<Object> ANY = Key.of("any");

  private static String refusal(Runnable mistake) {
    return String.valueOf(assertThrows(IllegalArgumentException.class, mistake::run).getMessage());
  }

  @Nested
  final class OfHostPort {
    @Test
    void toString_bracketsIpv6Only() {
      assertThat(new HostPort("example.org", 80).toString()).isEqualTo("example.org:80");
      assertThat(new HostPort("192.0.2.1", 0).toString()).isEqualTo("192.0.2.1:0");
      assertThat(new HostPort("2001:db8::1", 65_535).toString()).isEqualTo("[2001:db8::1]:65535");
      assertThat(new HostPort("fe80::1%eth0", 1).toString()).isEqualTo("[fe80::1%eth0]:1");
    }

    @Test
    void constructor_badPortOrEmptyHost_isRefused() {
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
    void accessors_returnGivenValues() {
      Scheme scheme = Scheme.of("git+ssh-2.0", carrier).withDefaultPort(22).listeningBy(listening);
      assertThat(scheme)
          .isEqualTo(Scheme.of("git+ssh-2.0", carrier).listeningBy(listening).withDefaultPort(22));
      assertThat(scheme.name()).isEqualTo("git+ssh-2.0");
      assertThat(scheme.defaultPort().getAsInt()).isEqualTo(22);
      assertThat(scheme.carrier()).isSameInstanceAs(carrier);
      assertThat(scheme.listenCarrier()).hasValue(listening);
      assertThat(scheme).isNotEqualTo(Scheme.of("git+ssh-2.0", carrier).withDefaultPort(22));
      assertThat(Scheme.of("a", carrier).defaultPort().isPresent()).isFalse();
      assertThat(Scheme.of("a", carrier).listenCarrier().isPresent()).isFalse();
    }

    @Test
    void of_nameOutsideRfc3986_isRefused() {
      for (String name : List.of("", "A", "1a", "+a", "a b", "a_b", "a:", "a/", "\u00e4", "a\n")) {
        assertThat(refusal(() -> Scheme.of(name, carrier)))
            .isEqualTo("scheme (" + name + ") must be a lower-case letter, then of a-z 0-9 + . -");
      }
    }

    @Test
    void withDefaultPort_outOfRange_isRefused() {
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
    void toString_printsLayersTopDown() {
      assertThat(tcp.toString()).isEqualTo("tcp(127.0.0.1:4343)");
      assertThat(tcp.under("tls").under("x").toString()).isEqualTo("x(tls(tcp(127.0.0.1:4343)))");
    }

    @Test
    void under_keepsEnds_dropsAttributes() {
      FlowInfo tls = tcp.with("nodelay", "true").under("tls");
      assertThat(tls.local()).isEqualTo("127.0.0.1:1");
      assertThat(tls.remote()).isEqualTo("127.0.0.1:4343");
      assertThat(tls.attributes()).isEmpty();
      assertThat(tls.below().orElseThrow().attributes()).containsExactly("nodelay", "true");
    }

    @Test
    void attributes_keepOrder_areUnmodifiable() {
      FlowInfo info = FlowInfo.of("p", "l", "r").with("z", "1");
      FlowInfo more = info.with("b", "2").with("a", "3").with("b", "4");
      assertThat(info.attributes()).containsExactly("z", "1");
      assertThat(more.attributes()).containsExactly("z", "1", "b", "4", "a", "3").inOrder();
      assertThrows(UnsupportedOperationException.class, () -> more.attributes().put("c", "5"));
    }
  }

  @Nested
  final class OfEquality {
    @Test
    void flowInfo_ofEqualLayers_isEqual() {
      FlowInfo one = FlowInfo.of("tcp", "a", "b").with("x", "1").under("tls", "c");
      FlowInfo same = FlowInfo.of("tcp", "a", "b").with("x", "1").under("tls", "c");
      assertThat(one).isEqualTo(same);
      assertThat(one.hashCode()).isEqualTo(same.hashCode());
      assertThat(one).isNotEqualTo(FlowInfo.of("tcp", "a", "b").under("tls", "c"));
      assertThat(one.toString()).isEqualTo("tls(c by tcp(b))");
    }
  }

  @Nested
  final class OfKey {
    @Test
    void equals_isIdentity() {
      Key<String> key = Key.of("name");
      assertThat(key).isNotEqualTo(Key.<String>of("name"));
    }

    @Test
    void toString_isName() {
      assertThat(Key.<String>of("name").toString()).isEqualTo("name");
      assertThat(Key.<String>secret("name").name()).isEqualTo("name");
    }

    @Test
    void isSecret_onlyOfSecretKeys() {
      assertThat(Key.<String>secret("name").isSecret()).isTrue();
      assertThat(Key.<String>of("name").isSecret()).isFalse();
    }

    @Test
    void name_blank_isRefused() {
      assertThat(refusal(() -> Key.of(" "))).isEqualTo("a key's name must not be blank");
    }
  }

  @Nested
  final class OfPrinted {
    @Test
    void values_ofSecretKeys_areHidden() {
      List<String> two = List.of("a", "b");
      assertThat(Printed.values(new Outcome.Explicit(Key.secret("s"), two))).isEqualTo("***");
      assertThat(Printed.values(new Outcome.Explicit(Key.of("s"), two))).isEqualTo("a or b");
      assertThat(Printed.values(new Outcome.Explicit(Key.of("s"), List.of("a"), true)))
          .isEqualTo("***");
    }

    @Test
    void text_controlCharacters_areEscaped() {
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
    void text_long_isCutBetweenCharacters() {
      assertThat(Printed.text("a".repeat(120))).isEqualTo("a".repeat(120));
      assertThat(Printed.text("a".repeat(121))).isEqualTo("a".repeat(120) + "...");
      assertThat(Printed.text("a".repeat(119) + "\ud83d\udd11b"))
          .isEqualTo("a".repeat(119) + "\ud83d\udd11...");
    }

    @Test
    void value_failingToString_isPrinted() {
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
    void durations_printInFittingUnit() {
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
    void durations_longest_isPrinted() {
      assertThat(MessageText.of(Duration.ofSeconds(Long.MAX_VALUE)))
          .isEqualTo(Long.MAX_VALUE + " s");
    }
  }

  @Nested
  final class OfSuggestions {
    @Test
    void distance_countsTypingMistakes() {
      assertThat(Suggestions.distance("", "")).isEqualTo(0);
      assertThat(Suggestions.distance("", "abc")).isEqualTo(3);
      assertThat(Suggestions.distance("tls", "tsl")).isEqualTo(1);
      assertThat(Suggestions.distance("https", "http")).isEqualTo(1);
      assertThat(Suggestions.distance("kitten", "sitting")).isEqualTo(3);
    }

    @Test
    void nearest_hasFewestMistakes() {
      Suggestions names = Suggestions.of(List.of("tls", "https", "http", "git", "ssh"));
      assertThat(names.nearest("htpp")).containsExactly("http");
      assertThat(names.nearest("htps")).containsExactly("https");
      assertThat(names.nearest("ht")).containsExactly("http");
      assertThat(Suggestions.of(List.of("git", "get")).nearest("gt"))
          .containsExactly("get", "git")
          .inOrder();
      assertThat(names.nearest("gopher")).isEmpty();
      assertThat(names.nearest("x")).isEmpty();
      assertThat(names.nearest("a".repeat(60_000))).isEmpty();
      assertThat(Suggestions.of(List.of()).nearest("tls")).isEmpty();
    }
  }
}
