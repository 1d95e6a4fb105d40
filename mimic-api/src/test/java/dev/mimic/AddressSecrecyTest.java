package dev.mimic;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.mimic.Derivation.optional;
import static dev.mimic.Derivation.required;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/**
 * Tests of odd addresses with a password. No text of the resolver shows it, even if a protocol
 * repeats everything that it was given.
 */
class AddressSecrecyTest {
  private static final int ADDRESSES = 300_000;
  private static final int RESOLVED = 10; // one in so many: stack traces are slow to make
  private static final List<String> BEGINNINGS =
      List.of(
          "",
          "chat://",
          "CHAT://",
          "chat:///",
          "chat:/",
          "chat:",
          "tcp://",
          "tcp:",
          "unix:/run/",
          "foo://",
          "foo:/",
          "ssh://",
          "//",
          "/",
          "://",
          " chat://",
          "ch at://",
          "[",
          "chat://[",
          "chat://x@",
          "chat://host/");
  private static final List<String> USERS = List.of("me", "", "m.e", "me%20x", "m@e.org", "é");
  private static final List<String> COLONS = List.of(":", ":", ":", "%3A", "%3a", "%253A");
  private static final List<String> STARTS =
      List.of("", "", "/", "?", "//", "/?", "#", "[", "]", "\\", "%2F", "@", ":", "%40", "+");
  private static final String INSIDE = "abcXYZ0123456789/?#@:%[]\\!$&'()*+,;= \u00e9\u202e\ud83d\n";
  private static final List<String> RESTS =
      List.of("host.example", "host.example:22", "[::1]:22", "host.example/p?q=1", "h st", "", "/");

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final StubProtocol<String> stub = new StubProtocol<>("chat");

  /** Tells all that it was given, in its description and in its failure. */
  private final Protocol<String> talkative =
      new Protocol<>() {
        @Override
        public String name() {
          return "chat";
        }

        @Override
        public Key<String> endpointKey() {
          return stub.endpointKey();
        }

        @Override
        public boolean isSecure() {
          return true;
        }

        @Override
        public String describe(String endpoint) {
          return "chat(" + endpoint + ")";
        }

        @Override
        public Flow connect(String endpoint, Deadline deadline) throws IOException {
          throw new IOException("refused: " + endpoint, new ConnectException("to " + endpoint));
        }
      };

  private final MimicResolver resolver =
      MimicResolver.builder()
          .protocol(talkative)
          .network(new Refusing())
          .scheme(Scheme.of("chat", stub.endpointKey()).withDefaultPort(22))
          .scheme(Scheme.of("unix", stub.endpointKey()))
          .derivation(allOfAddress())
          .build();

  private Derivation<String> allOfAddress() {
    Derivation.Builder<String> endpoint = Derivation.builder(stub.endpointKey());
    Input<Optional<String>> user = endpoint.input(optional(Address.USER));
    Input<Optional<String>> password = endpoint.input(optional(Address.PASSWORD));
    Input<Optional<String>> path = endpoint.input(optional(Address.PATH));
    Input<Optional<String>> query = endpoint.input(optional(Address.QUERY));
    return endpoint.build(
        in ->
            Verdict.of(
                in.get(user).orElse("")
                    + in.get(password).map(p -> " by " + p).orElse("")
                    + in.get(path).orElse("")
                    + in.get(query).orElse("")));
  }

  private record Refusing() implements Network {
    @Override
    public Flow connect(HostPort to, Deadline deadline) throws IOException {
      throw new ConnectException("refused");
    }

    @Override
    public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
      throw new ConnectException("refused");
    }

    @Override
    public String describe(HostPort to) {
      return "refusing(" + to + ")";
    }
  }

  @Test
  void oddAddresses_withPasswords_areShownWithoutThem() throws Exception {
    System.out.println("seed of the odd addresses: " + seed);
    // In a thread of its own, whose stack is short: most of the time is for stack traces.
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      thread.submit(this::tryAll).get();
    }
  }

  private void tryAll() {
    int planned = 0;
    for (int i = 0; i < ADDRESSES; i++) {
      String password = password();
      String address =
          oneOf(BEGINNINGS) + oneOf(USERS) + oneOf(COLONS) + password + '@' + oneOf(RESTS);
      Plan plan = resolver.plan(address);
      planned += plan.connections().isEmpty() ? 0 : 1;
      assertHidden(address, password, plan.asked() + plan.connections() + plan);
      if (i % RESOLVED == 0) {
        Exception failure =
            assertThrows(
                Exception.class, () -> resolver.withTimeout(Resolving.LONG).resolve(address));
        assertHidden(address, password, told(failure));
      }
    }
    // Both ways are taken often enough for the test to mean something.
    assertThat(planned).isGreaterThan(ADDRESSES / 20);
    assertThat(planned).isLessThan(ADDRESSES - ADDRESSES / 10);
  }

  /** Returns a password that is in no other part: with four random digits, or of letters. */
  private String password() {
    StringBuilder password = new StringBuilder();
    if (random.nextInt(4) == 0) {
      password.append(1000 + random.nextInt(9000)).append(oneOf(List.of("/", "?", "/x", "?x")));
      return password.toString();
    }
    password.append(oneOf(STARTS)).append("Zqx");
    for (int left = random.nextInt(random.nextInt(20) == 0 ? 300 : 12); left > 0; left--) {
      password.append(INSIDE.charAt(random.nextInt(INSIDE.length())));
    }
    return password.append("W7").toString();
  }

  private String oneOf(List<String> all) {
    return all.get(random.nextInt(all.size()));
  }

  private void assertHidden(String address, String password, String text) {
    String core = password.replaceFirst("^[/?]+", "");
    boolean shows = text.contains(core.length() < 5 ? password : core) || text.contains("Zqx");
    if (shows) {
      assertWithMessage("seed %s, address %s", seed, Printed.whole(address))
          .that(text)
          .doesNotContain(password);
      throw new AssertionError(
          "seed %d, address %s: %s".formatted(seed, Printed.whole(address), text));
    }
  }

  private static String told(Exception failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable at = failure; at != null; at = at.getCause()) {
      text.append(at).append('\n');
    }
    return text + (failure instanceof ResolutionException e ? e.report() : "");
  }

  @Test
  void colonOfUser_encoded_beginsTheHiddenPart() {
    for (String address : List.of("ssh://me%3AsEcret@host", "chat://me%3asEcret@host/p")) {
      assertThat(resolver.plan(address).toString()).doesNotContain("sEcret");
    }
    assertThat(resolver.plan("chat://me%3AsEcret@host").asked()).isEqualTo("chat://me%3A***@host");
  }

  @Test
  void atSign_encoded_endsTheHiddenPart() {
    assertThat(resolver.plan("chat://me:sEcret%40host").toString()).doesNotContain("sEcret");
    assertThat(resolver.plan("chat://host:80/u%40v").asked()).isEqualTo("chat://host:80/u%40v");
  }

  @Test
  void ordinaryAddress_withoutPassword_isShownWhole() {
    for (String address :
        List.of(
            "chat://me@host:22/p?q=1",
            "chat://host/@scope/pkg",
            "unix:/run/user@1000/bus",
            "chat://[2001:db8::1]:80/p")) {
      assertThat(resolver.plan(address).asked()).isEqualTo(address);
    }
  }

  @Test
  void secretOfCaller_inWhatAPeerEchoes_isHidden() {
    Key<String> token = Key.secret("token");
    Exception failure =
        assertThrows(
            ResolutionException.class,
            () ->
                resolver
                    .with(token, "hunter2")
                    .withTimeout(Resolving.LONG)
                    .resolve("chat://host/echo-hunter2"));
    assertThat(told(failure)).doesNotContain("hunter2");
    assertThat(failure).hasMessageThat().contains("refused: /echo-***");
  }

  private MimicResolver withSyntax(AddressSyntax syntax) {
    return MimicResolver.builder()
        .protocol(talkative)
        .scheme(Scheme.of("chat", stub.endpointKey()))
        .derivation(
            Derivation.of(
                stub.endpointKey(),
                required(Address.HOST),
                optional(Address.PATH),
                (host, path) -> Verdict.of(host + path.orElse(""))))
        .addressSyntax(syntax)
        .build();
  }

  @Test
  void contributedSyntax_withPassword_showsOnlyItsScheme() {
    MimicResolver pigeons =
        withSyntax(
            address -> {
              String[] parts = address.split("!", -1);
              return Verdict.of(
                  Context.empty()
                      .with(Address.SCHEME, "chat")
                      .with(Address.HOST, parts[1])
                      .with(Address.PATH, "/echo-" + parts[0])
                      .with(Address.PASSWORD, parts[0]));
            });
    String address = "hunter2!host";
    assertThat(pigeons.plan(address).asked()).isEqualTo("chat:***");
    assertThat(pigeons.plan(address).toString()).doesNotContain("hunter2");
    assertThat(told(assertThrows(IOException.class, () -> pigeons.resolve(address))))
        .doesNotContain("hunter2");
  }

  @Test
  void contributedSyntax_thatFails_repeatsNoPassword() {
    for (Exception each :
        List.of(new MalformedAddressException("bad: me:/hunter2@x"), new IllegalStateException())) {
      MimicResolver pigeons =
          withSyntax(
              address -> {
                if (each instanceof MalformedAddressException e) {
                  throw e;
                }
                throw new IllegalStateException("cannot read " + address);
              });
      Exception failure = assertThrows(Exception.class, () -> pigeons.resolve("me:/hunter2@x"));
      assertThat(told(failure)).doesNotContain("hunter2");
    }
  }
}
