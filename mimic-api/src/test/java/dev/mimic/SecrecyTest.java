package dev.mimic;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.Derivation.optional;
import static dev.mimic.Derivation.required;
import static dev.mimic.Derivation.withDefault;
import static dev.mimic.Resolving.failure;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests that secrets appear in no plan, no message and no stack trace: rule 13 of a resolution. */
class SecrecyTest {
  private static final String SECRET = "hunter2";
  private static final Key<String> PASSPHRASE = Key.secret("passphrase");
  private static final Key<String> LOGIN = Key.of("login");

  /** An endpoint whose own toString gives everything away. */
  record Endpoint(String host, String password) {}

  private final StubProtocol<Endpoint> quiet = new StubProtocol<>("quiet");

  /** Describes its endpoint without the secret, as a protocol must. */
  private final Protocol<Endpoint> protocol =
      new Protocol<>() {
        @Override
        public String name() {
          return "quiet";
        }

        @Override
        public Key<Endpoint> endpointKey() {
          return quiet.endpointKey();
        }

        @Override
        public boolean isSecure() {
          return true;
        }

        @Override
        public String describe(Endpoint endpoint) {
          return "quiet(" + endpoint.host() + ")";
        }

        @Override
        public Flow connect(Endpoint endpoint, Deadline deadline) throws IOException {
          throw new IOException("refused");
        }
      };

  private MimicResolver resolver(Derivation<?>... more) {
    ResolverBuilder builder =
        MimicResolver.builder()
            .protocol(protocol)
            .scheme(Scheme.of("quiet", quiet.endpointKey()))
            .derivation(
                Derivation.of(
                    quiet.endpointKey(),
                    required(Address.HOST),
                    required(LOGIN),
                    (host, login) -> Verdict.of(new Endpoint(host, login))))
            .derivation(
                Derivation.of(
                    LOGIN,
                    withDefault(Address.PASSWORD, "none"),
                    password -> Verdict.of("login with " + password)));
    for (Derivation<?> derivation : more) {
      builder.derivation(derivation);
    }
    return builder.build();
  }

  private static String everything(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text + (thrown instanceof ResolutionException e ? e.report() : "");
  }

  @Test
  void password_inAddress_andDerivedValues_areHidden() {
    String address = "quiet://me:" + SECRET + "@host:1/";
    String plan = resolver().plan(address).toString();
    assertThat(plan).doesNotContain(SECRET);
    assertThat(plan).contains("login = ***");
    assertThat(plan).contains("connects to quiet(host)");
    assertThat(everything(failure(resolver(), address))).doesNotContain(SECRET);
  }

  @Test
  void secret_inContext_isHidden() {
    Context context =
        Context.empty()
            .with(Address.HOST, "host")
            .with(PASSPHRASE, SECRET)
            .with(Derivation.of(LOGIN, required(PASSPHRASE), p -> Verdict.of(p)));
    assertThat(context.toString()).doesNotContain(SECRET);
    assertThat(resolver().plan(context).toString()).doesNotContain(SECRET);
    assertThat(everything(failure(resolver(), context))).doesNotContain(SECRET);
  }

  @Test
  void default_ofSecretKey_isHidden() {
    Derivation<String> withSecretDefault =
        Derivation.of(LOGIN, withDefault(PASSPHRASE, SECRET), p -> Verdict.of(p));
    assertThat(withSecretDefault.toString()).doesNotContain(SECRET);
    assertThat(resolver(withSecretDefault).plan("quiet://host/").toString()).doesNotContain(SECRET);
  }

  @Test
  void exception_afterSecretInput_isWithheld() {
    Derivation<String> talkative =
        Derivation.of(
            LOGIN,
            required(Address.PASSWORD),
            password -> {
              throw new IOException("cannot use " + password);
            });
    ResolutionException failure = failure(resolver(talkative), "quiet://me:" + SECRET + "@host/");
    assertThat(everything(failure)).doesNotContain(SECRET);
    assertThat(failure).hasMessageThat().contains("java.io.IOException, whose message is withheld");
  }

  @Test
  void decline_afterSecretInput_isWithheld() {
    Derivation<String> talkative =
        Derivation.of(
            LOGIN, required(Address.PASSWORD), password -> Verdict.decline("not " + password));
    String plan = resolver(talkative).plan("quiet://me:" + SECRET + "@host/").toString();
    assertThat(plan).doesNotContain(SECRET);
    assertThat(plan).contains("withheld");
  }

  @Test
  void inventory_hidesSecrets() {
    MimicResolver resolver = MimicResolver.builder().value(PASSPHRASE, SECRET).build();
    assertThat(resolver.inventory().toString()).doesNotContain(SECRET);
  }

  @Test
  void listenEndpoint_isShownByItsProtocolOnly() {
    ListeningProtocol<Endpoint> listening = new TalkativeListening();
    MimicResolver resolver =
        MimicResolver.builder()
            .listeningProtocol(listening)
            .value(listening.listenKey(), new Endpoint("host", SECRET))
            .scheme(Scheme.of("quiet", quiet.endpointKey()).listeningBy(listening.listenKey()))
            .build();
    ResolutionException failure =
        assertThrows(ResolutionException.class, () -> resolver.listen("quiet://host:1"));
    assertThat(everything(failure)).doesNotContain(SECRET);
    assertThat(failure.report()).contains("listens by quiet(host)");
    assertThat(resolver.inventory().toString()).doesNotContain(SECRET);
  }

  private static final class TalkativeListening implements ListeningProtocol<Endpoint> {
    private final Key<Endpoint> key = Key.of("quiet.listen");

    @Override
    public String name() {
      return "quiet";
    }

    @Override
    public Key<Endpoint> listenKey() {
      return key;
    }

    @Override
    public String describe(Endpoint at) {
      return "quiet(" + at.host() + ")";
    }

    @Override
    public FlowListener listen(Endpoint at, Deadline deadline) throws IOException {
      throw new IOException("in use");
    }
  }

  /** A hop, and the network through it, that print all they know. */
  private record Proxy(String password) implements Network.Hop {
    @Override
    public Network through(Network lower) {
      return new Talkative(Optional.of(lower), password);
    }
  }

  private record Talkative(Optional<Network> lower, String password) implements Network {
    @Override
    public Flow connect(HostPort to, Deadline deadline) throws IOException {
      throw new IOException("refused");
    }

    @Override
    public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
      throw new IOException("refused");
    }

    @Override
    public String describe(HostPort to) {
      return "talkative(" + to + ")";
    }
  }

  @Test
  void hopsAndNetworks_areNotShownByToString() {
    MimicResolver resolver =
        MimicResolver.builder()
            .network(new Talkative(Optional.empty(), SECRET))
            .value(Network.HOPS, List.of(new Proxy(SECRET)))
            .build();
    assertThat(resolver.plan("tcp://host:1").toString()).doesNotContain(SECRET);
    assertThat(resolver.plan("tcp://host:1").toString()).contains("network.hops = 1 hop ");
    assertThat(resolver.inventory().toString()).doesNotContain(SECRET);
    assertThat(everything(failure(resolver, "tcp://host:1"))).doesNotContain(SECRET);
  }

  @Test
  void failure_withoutSecretInput_isShown() {
    Derivation<String> derivation =
        Derivation.of(
            LOGIN,
            optional(Address.PASSWORD),
            password -> {
              throw new IOException("cannot read known_hosts");
            });
    assertThat(failure(resolver(derivation), "quiet://host/"))
        .hasMessageThat()
        .contains("cannot read known_hosts");
  }

  @Test
  void address_long_isShownOnOneLineAndCut() {
    MimicResolver resolver = resolver();
    assertThat(resolver.plan("quiet://h/\nx \u001b[2J").toString()).doesNotContain("\u001b");
    assertThat(resolver.plan("quiet://h/\nx").asked()).isEqualTo("quiet://h/\\u000ax");
    assertThat(resolver.plan("quiet://h/" + "a".repeat(60_000)).asked().length()).isLessThan(400);
  }

  @Test
  void address_withoutPassword_isShownWhole() {
    String address = "quiet://registry/@scope/pkg";
    assertThat(resolver().plan(address).asked()).isEqualTo(address);
    // Here "443/" could be a password.
    assertThat(resolver().plan("quiet://registry:443/@scope/pkg").asked())
        .isEqualTo("quiet://registry:***@scope/pkg");
  }

  @Test
  void possiblePassword_anywhereInAddress_isHidden() {
    for (String address :
        List.of(
            "quiet:///user:SECRET@host",
            "quiet:/user:SECRET@host",
            "quiet://host:1/http://user:SECRET@inner",
            "quiet://host:1?u=http://user:SECRET@inner")) {
      assertThat(resolver().plan(address).asked()).doesNotContain("SECRET");
      assertThat(failure(resolver(), address)).hasMessageThat().doesNotContain("SECRET");
    }
  }
}
