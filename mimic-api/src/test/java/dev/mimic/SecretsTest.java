package dev.mimic;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of finding secrets in the text of a peer. */
final class SecretsTest {
  private static final String PASSWORD = "Zimt & \u00c4pfel/42";
  private static final Secrets SECRETS = Secrets.of(List.of(PASSWORD));
  private static final Secrets LOGIN = Secrets.of(List.of()).withLogin("ann", PASSWORD);
  private static final Base64.Encoder BASE64 = Base64.getEncoder();

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String quotedPrintable(String text) {
    StringBuilder out = new StringBuilder();
    for (byte each : bytes(text)) {
      out.append(each >= 'A' && each <= 'z' ? "" + (char) each : "=%02X".formatted(each));
    }
    return out.toString();
  }

  /** Returns the password with character references in place of all but its digits. */
  private static String references(String format) {
    return PASSWORD
        .codePoints()
        .mapToObj(each -> Character.isDigit(each) ? "" + (char) each : format.formatted(each))
        .collect(Collectors.joining());
  }

  private static List<String> forms() {
    String percent = URLEncoder.encode(PASSWORD, UTF_8);
    String hex = HexFormat.of().formatHex(bytes(PASSWORD));
    String quoted = quotedPrintable(PASSWORD);
    return List.of(
        PASSWORD,
        PASSWORD.toUpperCase(Locale.ROOT),
        new String(bytes(PASSWORD), ISO_8859_1),
        Printed.whole(PASSWORD + "\u202e"),
        percent,
        percent.replace("+", "%20"),
        percent.toLowerCase(Locale.ROOT),
        PASSWORD.replace("/", "%2f"),
        quoted,
        quoted.replace("=26", "=26=\r\n"),
        PASSWORD.replace("&", "&amp;"),
        PASSWORD.replace("&", "&AMP;").replace("\u00c4", "&Auml;").replace("/", "&sol;"),
        references("&#%d;"),
        references("&#%04d;"),
        PASSWORD.replace("&", "&#38").replace("\u00c4", "&#xc4"),
        references("&#x%x;"),
        references("&#X%04X;"),
        references("&amp;#%d;"), // encoded twice
        hex,
        hex.toUpperCase(Locale.ROOT),
        BASE64.encodeToString(bytes(PASSWORD)),
        Base64.getUrlEncoder().encodeToString(bytes("???" + PASSWORD)),
        BASE64.encodeToString(bytes("x" + PASSWORD)),
        BASE64.encodeToString(bytes("another:" + PASSWORD + "\1\1")),
        BASE64.encodeToString(bytes("ann:" + PASSWORD)),
        BASE64.encodeToString(bytes("\0ann\0" + PASSWORD)));
  }

  @Test
  void secret_inEachForm_isFoundAndHidden() {
    for (String form : forms()) {
      for (Secrets secrets : List.of(SECRETS, LOGIN)) {
        String said = "500 no (" + form + ") here";
        assertWithMessage(said).that(secrets.areEchoedIn(said)).isTrue();
        String shown = secrets.hideIn(said);
        assertWithMessage(said).that(shown).startsWith("500 no (***");
        assertWithMessage(said).that(shown).endsWith(") here");
        assertWithMessage(said).that(shown.length()).isLessThan(said.length());
      }
    }
  }

  @Test
  void secret_inNamesOfHtml_isHidden() {
    Secrets secrets = Secrets.of(List.of("\u00bf\u00d7\u00df\u00e0\u00f7\u00ff"));
    assertThat(secrets.hideIn("no &iquest;&times;&szlig;&Agrave;&divide;&yuml; here"))
        .isEqualTo("no *** here");
  }

  @Test
  void secret_overLinesOfAReply_isFoundAndHidden() {
    String basic = BASE64.withoutPadding().encodeToString(bytes("ann:" + PASSWORD));
    for (String form : List.of(PASSWORD, basic)) {
      for (int at = 1; at < form.length(); at++) {
        for (String between : List.of("\r\n535 ", "\r\n535-5.7.8 ", "\r\n ", "\n", "=\r\n")) {
          String said = "535-5.7.8 " + form.substring(0, at) + between + form.substring(at);
          assertWithMessage(said).that(LOGIN.areEchoedIn(said)).isTrue();
          assertWithMessage(said).that(LOGIN.hideIn(said)).isEqualTo("535-5.7.8 ***");
        }
      }
    }
  }

  @Test
  void secret_cutOffByThePeer_isFound() {
    String encoded = BASE64.encodeToString(bytes("\0ann\0" + PASSWORD));
    for (String said : List.of("Zimt &...", "...pfel/42", encoded.substring(9, 16))) {
      assertWithMessage(said).that(LOGIN.areEchoedIn(said)).isTrue();
    }
    assertThat(LOGIN.areEchoedIn("Zimt.")).isFalse();
    String token = "0123456789abcdefghijklmnopqrstuvwxyz";
    assertThat(Secrets.of(List.of(token)).hideIn("got " + token.substring(0, 30) + "..."))
        .isEqualTo("got ***...");
  }

  @Test
  void text_withoutTheSecret_staysAsItIs() {
    for (String said :
        List.of(
            "535 5.7.8 use an app password",
            "",
            "a=\r\nb",
            "%zz %4",
            "\\Uffffffff",
            "50+50",
            "R&D &#; &#x; &none; &#9999999;")) {
      assertThat(LOGIN.areEchoedIn(said)).isFalse();
      assertThat(LOGIN.hideIn(said)).isEqualTo(said);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"R&amp;D/sales", "R%26D/sales", "a%41&amp;b", "&#115;3cret", "100%&lt;x"})
  void secret_thatLooksEncoded_isFoundAndHidden(String secret) {
    Secrets secrets = Secrets.of(List.of(secret));
    String html = secret.replace("&", "&amp;").replace("<", "&lt;");
    for (String form : List.of(secret, html, URLEncoder.encode(secret, UTF_8))) {
      assertWithMessage(form).that(secrets.areEchoedIn("no " + form + " here")).isTrue();
      assertThat(secrets.hideIn("no " + form + " here")).isEqualTo("no *** here");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a, 'it was a bad a', 'it was a bad a'",
    "no, 'no, not now: no', '***, not now: ***'",
    "ab, 'a label (ab)', 'a label (***)'",
    "abc, 'abcd abc. xabc', 'abcd ***. xabc'",
    "abcd, 'xabcdx', 'x***x'",
    "12, 'port 1234, 12', 'port 1234, ***'"
  })
  void secret_thatIsShort_isHiddenByTheRule(String secret, String said, String shown) {
    assertThat(Secrets.of(List.of(secret)).hideIn(said)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "ab", "abc", "abcd"})
  void login_ofAShortPassword_isFoundWhereItIsEncoded(String password) {
    Secrets login = Secrets.of(List.of()).withLogin("ann", password);
    for (String both : List.of("ann:" + password, "\0ann\0" + password)) {
      String said = "500 not " + BASE64.encodeToString(bytes(both)) + " here";
      assertThat(login.areEchoedIn(said)).isTrue();
      assertThat(login.hideIn(said)).isEqualTo("500 not *** here");
    }
  }

  @Test
  void password_thatIsEmpty_hidesNothing() {
    Secrets none = Secrets.of(List.of("")).withLogin("ann", "");
    assertThat(none.hideIn("YW5uOg== for ann:")).isEqualTo("YW5uOg== for ann:");
    assertThat(none.areEchoedIn("anything at all")).isFalse();
  }

  @Test
  void randomSecret_inRandomText_isHidden() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String letters = "abAB09%=+/\\u&;#x \n\u00e9\u202e";
    for (int i = 0; i < 5_000; i++) {
      StringBuilder secret = new StringBuilder("Zqx");
      for (int left = random.nextInt(12); left > 0; left--) {
        secret.append(letters.charAt(random.nextInt(letters.length())));
      }
      secret.append("W7");
      StringBuilder said = new StringBuilder();
      for (int left = random.nextInt(12); left > 0; left--) {
        said.append(letters.charAt(random.nextInt(letters.length())));
      }
      said.insert(random.nextInt(said.length() + 1), secret);
      Secrets secrets = Secrets.of(List.of(secret.toString()));
      String html = said.toString().replace("&", "&amp;").replace("+", "&#43;");
      for (String text : List.of(said.toString(), html, Printed.whole(said.toString()))) {
        assertWithMessage("seed %s: %s in %s", seed, secret, text)
            .that(secrets.hideIn(text))
            .doesNotContain("Zqx");
      }
    }
  }
}
