package dev.mimic;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class AddressParserTest {
  private final AddressParser parser = new AddressParser(AddressTable.SCHEMES, List.of());

  static List<AddressTable.Row> goodAddresses() throws IOException {
    return AddressTable.read("good-addresses.txt");
  }

  static List<AddressTable.Row> badAddresses() throws IOException {
    return AddressTable.read("bad-addresses.txt");
  }

  @ParameterizedTest
  @MethodSource("goodAddresses")
  void parse_goodAddress_isAsInTable(AddressTable.Row row) throws AddressException {
    assertThat(AddressTable.outcome(parser, row.address())).isEqualTo(row.expected());
    assertThat(parser.parse(row.address()).get(Address.TEXT)).hasValue(row.address());
  }

  @ParameterizedTest
  @MethodSource("badAddresses")
  void parse_badAddress_isRefusedAsInTable(AddressTable.Row row) {
    assertThat(AddressTable.outcome(parser, row.address())).isEqualTo(row.expected());
    assertThrows(AddressException.class, () -> parser.parse(row.address()));
  }

  @Test
  void tables_areComplete() throws IOException {
    assertThat(goodAddresses().size()).isAtLeast(100);
    assertThat(badAddresses().size()).isAtLeast(150);
  }

  @Test
  void encodePath_plainCharacters_areKept() {
    assertThat(Address.encodePath("/run/x.sock")).isEqualTo("/run/x.sock");
    assertThat(Address.encodePath("/a b%?#@[]\u00fc\ud83d\ude00"))
        .isEqualTo("/a%20b%25%3F%23%40%5B%5D%C3%BC%F0%9F%98%80");
    assertThat(Address.encodePath("")).isEmpty();
  }

  @Test
  void encodePath_parsed_isOriginalPath() throws AddressException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder path = new StringBuilder("/_");
      random
          .ints(random.nextInt(20), 0, 0x2_0000)
          .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE)
          .forEach(path::appendCodePoint);
      String address = "unix:" + Address.encodePath(path.toString());
      assertWithMessage("seed %s: %s", seed, address)
          .that(parser.parse(address).get(Address.PATH))
          .hasValue(path.toString());
    }
  }

  @Test
  void parse_empty_isRefused() {
    assertRefused(parser, "", "Malformed: an address must not be empty");
  }

  @Test
  void parse_upTo64Kib_isRead() throws AddressException {
    String path = "/" + "a".repeat(AddressParser.MAX_CHARS - "tls://host/".length());
    assertThat(parser.parse("tls://host" + path).get(Address.PATH)).hasValue(path);
    assertRefused(
        parser,
        "tls://user:secret@host" + path,
        "Malformed: an address of 65548 characters is too long: at most 65536 are read");
  }

  @Test
  void message_longAddress_isCut() {
    assertRefused(
        parser,
        "tls://" + "a".repeat(300),
        "Malformed: address \"tls://%s...\" is malformed: host \"%s...\" is longer than 253 characters"
            .formatted("a".repeat(114), "a".repeat(120)));
  }

  @Test
  void name_of253Characters_isAccepted() throws AddressException {
    String name = "a.".repeat(126) + "a";
    assertThat(parser.parse("tls://" + name).get(Address.HOST)).hasValue(name);
    assertThat(parser.parse("tls://" + name + ".").get(Address.HOST)).hasValue(name + ".");
    assertThrows(MalformedAddressException.class, () -> parser.parse("tls://" + name + "a"));
  }

  @Test
  void schemes_withSameName_laterCounts() {
    StubProtocol<Integer> port = new StubProtocol<>("port");
    MimicResolver resolver =
        MimicResolver.builder()
            .protocol(port)
            .scheme(Scheme.of("a", port.endpointKey()).withDefaultPort(1))
            .scheme(Scheme.of("a", port.endpointKey()).withDefaultPort(2))
            .derivation(
                Derivation.of(
                    port.endpointKey(), Derivation.required(Address.PORT), p -> Verdict.of(p)))
            .build();
    assertThat(resolver.plan("a://host").connections()).containsExactly("port(2)");
  }

  @Test
  void unknownScheme_listsSchemesInOrder() {
    assertRefused(
        withSchemes("tls", "ssh", "https", "git"),
        "foo://x",
        "UnknownScheme: no protocol serves \"foo://x\": schemes here are git, https, ssh, tls");
    assertRefused(
        withSchemes("tls", "ssh", "https", "git"),
        "tlss://x",
        "UnknownScheme: no protocol serves \"tlss://x\": schemes here are git, https, ssh, tls;"
            + " did you mean \"tls\"?");
  }

  @Test
  void unknownScheme_manySchemes_listIsCut() {
    String[] many = IntStream.range(10, 30).mapToObj(i -> "s" + i).toArray(String[]::new);
    assertRefused(
        withSchemes(many),
        "foo://x",
        "UnknownScheme: no protocol serves \"foo://x\": schemes here are s10, s11, s12, s13, s14,"
            + " s15, s16, s17, s18, s19, s20, s21 and 8 more");
  }

  @Test
  void unknownScheme_noSchemes_isSaid() {
    assertRefused(
        withSchemes(),
        "foo://x",
        "UnknownScheme: no protocol serves \"foo://x\": there are no schemes here");
    assertRefused(
        withSchemes(),
        "example.org",
        "Malformed: address \"example.org\" has no scheme: write tcp://example.org");
  }

  @Test
  void scpLikeAddress_withoutSsh_isRefused() {
    assertRefused(
        withSchemes("git", "tls"),
        "git@github.com:repo/name",
        "UnknownScheme: no protocol serves \"git@github.com:repo/name\": it is scp-like"
            + " (host:path), which means ssh; schemes here are git, tls;"
            + " \"ssh\" is served by SshModule of mimic-ssh");
  }

  @Test
  void unknownScheme_ofOwnModule_namesModule() {
    assertRefused(
        withSchemes("git", "tcp"),
        "TLS://h:1",
        "UnknownScheme: no protocol serves \"TLS://h:1\": schemes here are git, tcp;"
            + " \"tls\" is served by TlsModule of mimic-tls");
    assertRefused(
        withSchemes("git", "tls"),
        "unix:/run/x.sock",
        "UnknownScheme: no protocol serves \"unix:/run/x.sock\": schemes here are git, tls;"
            + " \"unix\" is served by UnixLikeModule of mimic-unix-like");
  }

  @Test
  void advice_namesKnownSchemes() {
    assertRefused(
        withSchemes("tls", "ssh"),
        "host:80",
        "Ambiguous: address \"host:80\" is a host and a port, or scp-like (host:path), a path over"
            + " ssh: write tls://host:80 or ssh://host/80");
    assertRefused(
        withSchemes("tls"),
        "host:80",
        "Ambiguous: address \"host:80\" is a host and a port, or scp-like (host:path), a path over"
            + " ssh: write tls://host:80");
    assertRefused(
        withSchemes("ssh"),
        "host:80",
        "Ambiguous: address \"host:80\" is a host and a port, or scp-like (host:path), a path over"
            + " ssh: write ssh://host:80 or ssh://host/80");
    assertRefused(
        withSchemes("tls"),
        "/run/x",
        "Malformed: address \"/run/x\" is a file path, without a scheme");
  }

  @Test
  void knownScheme_precedesHostOfSameName() throws AddressException {
    assertThat(AddressTable.outcome(parser, "git:repo/name"))
        .isEqualTo("scheme=git | port=9418 | path=repo/name");
  }

  @Test
  void syntax_isAskedAfterSchemesBeforeScp() throws AddressException {
    List<String> asked = new ArrayList<>();
    AddressParser extended =
        withSyntaxes(
            address -> {
              asked.add(address);
              return Verdict.of(
                  Context.empty().with(Address.SCHEME, "https").with(Address.HOST, "syntax"));
            });
    assertThat(extended.parse("tls://host").get(Address.HOST)).hasValue("host");
    assertThrows(UnknownSchemeException.class, () -> extended.parse("foo://host"));
    assertThat(asked).isEmpty();
    assertThat(AddressTable.outcome(extended, "git@host:path"))
        .isEqualTo("scheme=https | host=syntax | port=443");
    assertThat(extended.parse("host:80").get(Address.TEXT)).hasValue("host:80");
    assertThat(asked).containsExactly("git@host:path", "host:80").inOrder();
  }

  @Test
  void syntaxes_areAskedInOrder_untilOneGives() throws AddressException {
    AddressSyntax declines = address -> Verdict.decline("not mine");
    AddressSyntax first =
        address -> Verdict.of(Context.empty().with(Address.SCHEME, "tls").with(Address.PORT, 1));
    AddressSyntax second =
        address -> Verdict.of(Context.empty().with(Address.SCHEME, "tls").with(Address.PORT, 2));
    AddressParser extended = withSyntaxes(declines, first, second);
    assertThat(extended.parse("x").get(Address.PORT)).hasValue(1);
    assertThat(AddressTable.outcome(withSyntaxes(declines), "git@host:path"))
        .isEqualTo(AddressTable.outcome(parser, "git@host:path"));
  }

  @Test
  void syntax_refuses_failureIsKept() {
    AddressParser extended =
        withSyntaxes(
            address -> {
              throw new MalformedAddressException("a pigeon without a name");
            });
    assertRefused(extended, "pigeon", "Malformed: a pigeon without a name");
  }

  @Test
  void syntax_givesUnknownScheme_isRefused() {
    AddressParser extended =
        withSyntaxes(address -> Verdict.of(Context.empty().with(Address.SCHEME, "gti")));
    assertRefused(
        extended,
        "u:secret@x",
        "UnknownScheme: no protocol serves \"u:***@x\": it stands for scheme \"gti\"; schemes here"
            + " are git, https, ssh, tcp, tls, unix; did you mean \"git\"?");
  }

  @Test
  void syntax_givesNoScheme_isIllegalState() {
    AddressParser extended = withSyntaxes(address -> Verdict.of(Context.empty()));
    assertThat(assertThrows(IllegalStateException.class, () -> extended.parse("x")))
        .hasMessageThat()
        .endsWith(" gave no scheme");
  }

  @ParameterizedTest
  @MethodSource("redactions")
  void redaction_hidesPossiblePassword(String address, String redacted) {
    assertWithMessage(address).that(parser.shown(address)).isEqualTo(redacted);
  }

  static List<Object[]> redactions() {
    return List.of(
        new Object[] {"", ""},
        new Object[] {"tls://host:80/path", "tls://host:80/path"},
        new Object[] {"tls://user@host:80/path", "tls://user@host:80/path"},
        new Object[] {"tls://user:secret@host:80/path", "tls://user:***@host:80/path"},
        new Object[] {"tls://:secret@host", "tls://:***@host"},
        new Object[] {"tls://user:@host", "tls://user:***@host"},
        new Object[] {"tls://user:se@cr/et@host", "tls://user:***@host"},
        new Object[] {"tls://user:se:cr?et#@host", "tls://user:***@host"},
        new Object[] {"tls://host:80/a@b", "tls://host:***@b"},
        new Object[] {"tls:user:secret@host", "tls:***@host"},
        new Object[] {"user:secret@host", "user:***@host"},
        new Object[] {"user:secret@", "user:***@"},
        new Object[] {"ssh://me:/s3cret@host", "ssh://me:***@host"},
        new Object[] {"ssh://me:123/x@host", "ssh://me:***@host"},
        new Object[] {"foo://s3cret@host", "foo://***@host"},
        new Object[] {"git:/s3cret@host", "git:***@host"},
        new Object[] {"me%3As3cret@host", "me%3A***@host"},
        new Object[] {"me:s3cret%40host", "me:***%40host"},
        new Object[] {"t s://user:secret@host", "t s:***@host"},
        new Object[] {"git@github.com:repo/name", "git@github.com:repo/name"},
        new Object[] {"git@github.com:repo@1", "git@github.com:***@1"},
        new Object[] {"@", "@"},
        new Object[] {":@", ":***@"},
        new Object[] {"://:@", "://".substring(0, 1) + "***@"});
  }

  @Test
  void position_inMessage_hidesLengthOfPassword() {
    for (String password : List.of("a", "a-longer-one")) {
      assertRefused(
          parser,
          "tls://user:" + password + "@host/%zz",
          "Malformed: address \"tls://user:***@host/%zz\" is malformed: \"%zz\" at index 20 is no"
              + " percent-encoding: write %25 for a percent sign");
    }
  }

  private static AddressParser withSchemes(String... names) {
    return new AddressParser(
        List.of(names).stream().map(name -> Scheme.of(name, Key.of(name))).toList(), List.of());
  }

  private static AddressParser withSyntaxes(AddressSyntax... syntaxes) {
    return new AddressParser(AddressTable.SCHEMES, List.of(syntaxes));
  }

  private static void assertRefused(AddressParser by, String address, String outcome) {
    assertThat(AddressTable.outcome(by, address)).isEqualTo(outcome);
  }
}
