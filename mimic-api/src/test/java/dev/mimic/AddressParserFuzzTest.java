package dev.mimic;

import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of the parser with random addresses. A failure prints its seed. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
final class AddressParserFuzzTest {
  private static final int ROUNDS = 10_000;
  private static final String ODD =
      "abz019:/?#[]@!$&'()*+,;=%%%-._~\\ \"<>^`{|}\u0000\n\u007f\u0085\u00a0\u00e4\u2028\u202e"
          + "\u6587\uff0e\ud83d\udd11\ud800\udc00";

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final AddressParser parser = new AddressParser(AddressTable.SCHEMES, List.of());

  @Test
  void parse_anyText_givesContextOrAddressException() throws IOException {
    List<String> good =
        AddressTable.read("good-addresses.txt").stream().map(AddressTable.Row::address).toList();
    for (int i = 0; i < ROUNDS; i++) {
      String text =
          switch (i % 3) {
            case 0 -> randomText(random.nextInt(40));
            case 1 -> mutated(oneOf(good));
            default -> spliced(oneOf(good), oneOf(good));
          };
      parse(text);
    }
  }

  @Test
  void messages_plantedPassword_isHidden() throws IOException {
    List<String> good =
        AddressTable.read("good-addresses.txt").stream().map(AddressTable.Row::address).toList();
    List<String> beginnings = List.of("Zq7", "Zq@7", "Zq/7", "Zq?7", "Zq7#", "Zq:7");
    List<String> ends = List.of("WXQ", "W%zzXQ", "W XQ", "WXQ\n", "W\ud800XQ", "W%00XQ");
    for (int i = 0; i < ROUNDS; i++) {
      String secret = oneOf(beginnings) + oneOf(ends);
      String before = i % 2 == 0 ? oneOf(List.of("tls://", "tls:/", "foo://", "")) : "";
      String around = i % 5 == 0 ? randomText(random.nextInt(20)) : mutated(oneOf(good));
      int cut = random.nextInt(around.length() + 1);
      String text = before + around.substring(0, cut) + ":" + secret + "@" + around.substring(cut);
      String message = parse(text);
      for (String part : List.of("Zq", "7W", "7#W", "XQ")) {
        assertWithMessage("seed %s, address %s", seed, Printed.text(text))
            .that(message)
            .doesNotContain(part);
      }
    }
  }

  @Test
  void messages_areShortAndOnOneLine() {
    for (int i = 0; i < ROUNDS; i++) {
      String message = parse("tls://" + randomText(random.nextInt(400)));
      assertWithMessage("seed %s", seed).that(message.length()).isLessThan(3_000);
      assertWithMessage("seed %s", seed)
          .that(message.chars().noneMatch(c -> Character.isISOControl(c) || c == '\u2028'))
          .isTrue();
    }
  }

  @Test
  void isIpv6_agreesWithJdk() {
    String letters = "0129afAF:::::::::.";
    for (int i = 0; i < ROUNDS * 5; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(18); j > 0; j--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      if (HostSyntax.isIpv6(text.toString())) {
        assertWithMessage("seed %s, %s", seed, text).that(jdkKnows(text.toString())).isTrue();
      } else if (jdkKnows(text.toString())) {
        // More zeros than RFC 4291 has; and IPv4, which RFC 3986 keeps out of brackets.
        assertWithMessage("seed %s, %s", seed, text)
            .that(text.toString())
            .containsMatch("(^|:)0[0-9a-fA-F]{4}|^[^:]*$|(^|[:.])0[0-9]");
      }
    }
  }

  private static boolean jdkKnows(String literal) {
    try {
      InetAddress unused = InetAddress.getByName("[" + literal + "]"); // looks no name up
      return true;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** Of these 336 addresses a few alone would keep a quadratic parser, 4e9 steps for each. */
  @Test
  @Timeout(value = 60, threadMode = SEPARATE_THREAD)
  void parse_time_isLinear() {
    List<String> units =
        List.of(
            "a", ":", "/", "@", "%", ".", "[", "]", "a.", "%41", "%C3", "@:", "1:", "ä", "\n", " ");
    List<String> heads = List.of("", "tls://", "tls:", "foo://", "u@", "tls://u:", "tls://[");
    List<String> tails = List.of("", "@host", "]:80");
    for (String unit : units) {
      for (String head : heads) {
        for (String tail : tails) {
          int room = AddressParser.MAX_CHARS - head.length() - tail.length();
          parse(head + unit.repeat(room / unit.length()) + tail);
        }
      }
    }
  }

  /** Returns the message of the failure, or nothing. */
  private String parse(String text) {
    try {
      Context unused = parser.parse(text);
      return "";
    } catch (AddressException e) {
      return String.valueOf(e.getMessage());
    } catch (RuntimeException | Error e) {
      throw new AssertionError("seed %d, address %s".formatted(seed, Printed.text(text)), e);
    }
  }

  private String randomText(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(ODD.charAt(random.nextInt(ODD.length())));
    }
    return text.toString();
  }

  private String mutated(String text) {
    StringBuilder out = new StringBuilder(text);
    for (int i = random.nextInt(4); i >= 0 && !out.isEmpty(); i--) {
      int at = random.nextInt(out.length());
      switch (random.nextInt(3)) {
        case 0 -> out.deleteCharAt(at);
        case 1 -> out.insert(at, ODD.charAt(random.nextInt(ODD.length())));
        default -> out.setCharAt(at, ODD.charAt(random.nextInt(ODD.length())));
      }
    }
    return out.toString();
  }

  private String spliced(String a, String b) {
    return a.substring(0, random.nextInt(a.length() + 1))
        + b.substring(random.nextInt(b.length() + 1));
  }

  private String oneOf(List<String> all) {
    return new ArrayList<>(all).get(random.nextInt(all.size()));
  }
}
