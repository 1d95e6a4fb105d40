package dev.mimic;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.Derivation.required;
import static dev.mimic.Resolving.LONG;
import static dev.mimic.Resolving.endpoint;
import static dev.mimic.Resolving.failure;
import static dev.mimic.Resolving.resolver;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of the choice of a protocol: rules 1 to 3 of a resolution. */
class ChoiceOfProtocolTest {
  private static final Key<String> TRUST = Key.of("trust");

  private final StubProtocol<String> clear = new StubProtocol<>("clear");
  private final StubProtocol<String> secure = new StubProtocol<String>("secure").secure();

  private final Derivation<String> clearFromHost =
      Derivation.of(clear.endpointKey(), required(Address.HOST), host -> Verdict.of(host));

  // Rule 1: a scheme names its carrier.

  private MimicResolver twoSchemes() {
    return MimicResolver.builder()
        .protocol(clear)
        .protocol(secure)
        .scheme(Scheme.of("clear", clear.endpointKey()))
        .scheme(Scheme.of("secure", secure.endpointKey()))
        .derivation(clearFromHost)
        .derivation(
            Derivation.of(
                secure.endpointKey(),
                required(Address.HOST),
                required(TRUST),
                (host, trust) -> Verdict.of(host + "/" + trust)))
        .build();
  }

  @Test
  void scheme_considersOwnCarrierOnly() throws IOException {
    assertThat(endpoint(twoSchemes(), "clear://host")).isEqualTo("host");
    assertThat(secure.asked()).isEmpty();
  }

  @Test
  void scheme_carrierLacksInput_hasNoOtherCarrier() {
    assertThat(failure(twoSchemes(), "secure://host")).hasMessageThat().contains("\"trust\"");
    assertThat(clear.asked()).isEmpty();
  }

  @Test
  void scheme_carrierRefuses_hasNoOtherCarrier() {
    secure.refusing("no");
    Context trust = Context.empty().with(TRUST, "all");
    assertThrows(
        ResolutionException.class,
        () -> twoSchemes().with(trust).withTimeout(LONG).resolve("secure://host"));
    assertThat(secure.asked()).containsExactly("host/all");
    assertThat(clear.asked()).isEmpty();
  }

  @Test
  void scheme_otherEndpointGiven_keepsCarrier() throws IOException {
    Context other = Context.empty().with(secure.endpointKey(), "given").with(TRUST, "all");
    try (Flow flow = twoSchemes().with(other).withTimeout(LONG).resolve("clear://host")) {
      assertThat(((StubFlow) flow).endpoint()).isEqualTo("host");
    }
  }

  @Test
  void scheme_unknown_isErrorAndNeverPlain() {
    assertThat(failure(twoSchemes(), "sekure://host")).isInstanceOf(UnknownSchemeException.class);
    Context context = Context.empty().with(Address.SCHEME, "sekure").with(Address.HOST, "host");
    assertThat(failure(twoSchemes(), context)).isInstanceOf(UnknownSchemeException.class);
    assertThat(clear.asked()).isEmpty();
  }

  @Test
  void scheme_withoutCarrier_failsWithReason() {
    MimicResolver resolver =
        MimicResolver.builder()
            .protocol(clear)
            .derivation(clearFromHost)
            .scheme(Scheme.of("gone", Key.of("gone")))
            .build();
    assertThat(failure(resolver, "gone://host"))
        .hasMessageThat()
        .isEqualTo("cannot connect to gone://host: no protocol here carries \"gone\"");
  }

  @Test
  void listen_usesOwnCarrierOnly() {
    assertThat(assertThrows(ResolutionException.class, () -> twoSchemes().listen("clear://host:1")))
        .hasMessageThat()
        .isEqualTo("cannot listen on clear://host:1: one can only connect to \"clear\"");
  }

  // Rule 2: without a scheme.

  @Test
  void endpoints_given_areConsideredExclusively() throws IOException {
    MimicResolver resolver = resolver(secure, clear.priority(-1));
    Context context =
        Context.empty()
            .with(Address.HOST, "host")
            .with(clearFromHost)
            .with(secure.endpointKey(), "given");
    assertThat(endpoint(resolver, context)).isEqualTo("given");
    assertThat(clear.asked()).isEmpty();
  }

  @Test
  void endpoints_given_areTriedByPriority() throws IOException {
    MimicResolver resolver = resolver(secure.refusing("no"), clear);
    Context context =
        Context.empty().with(clear.endpointKey(), "b").with(secure.endpointKey(), "a");
    assertThat(endpoint(resolver, context)).isEqualTo("b");
  }

  @Test
  void endpoints_noneGiven_allDerivableAreTried() throws IOException {
    Context context = Context.empty().with(Address.HOST, "host").with(clearFromHost);
    assertThat(endpoint(resolver(secure, clear), context)).isEqualTo("host");
  }

  private Context bothDerived() {
    return Context.empty()
        .with(Address.HOST, "host")
        .with(clearFromHost)
        .with(
            Derivation.of(
                secure.endpointKey(), required(Address.HOST), host -> Verdict.of("s:" + host)));
  }

  @Test
  void secureProtocol_refuses_isNotDowngraded() {
    ResolutionException failure = failure(resolver(secure.refusing("no"), clear), bothDerived());
    assertThat(secure.asked()).containsExactly("s:host");
    assertThat(clear.asked()).isEmpty();
    assertThat(failure.report()).contains("not tried: it is not secure");
  }

  @Test
  void secureProtocol_lowerPriority_isNotForestalled() throws IOException {
    assertThat(endpoint(resolver(secure, clear.priority(-1)), bothDerived())).isEqualTo("s:host");
    assertThat(clear.asked()).isEmpty();
  }

  @Test
  void secureProtocol_derivationThrows_isNotDowngraded() {
    Context context =
        Context.empty()
            .with(Address.HOST, "host")
            .with(clearFromHost)
            .with(
                Derivation.of(
                    secure.endpointKey(),
                    required(Address.HOST),
                    host -> {
                      throw new IOException("the trust store cannot be read");
                    }));
    assertThat(failure(resolver(secure, clear), context))
        .hasMessageThat()
        .contains("the trust store cannot be read");
    assertThat(clear.asked()).isEmpty();
  }

  @Test
  void secureProtocol_declines_othersAreTried() throws IOException {
    Context context =
        Context.empty()
            .with(Address.HOST, "host")
            .with(clearFromHost)
            .with(
                Derivation.of(
                    secure.endpointKey(), required(Address.HOST), host -> Verdict.decline("no")));
    assertThat(endpoint(resolver(secure, clear), context)).isEqualTo("host");
  }

  @Test
  void protocols_none_failureSaysSo() {
    assertThat(failure(resolver(), Context.empty()))
        .hasMessageThat()
        .isEqualTo("cannot connect to a context of nothing: no protocol is registered");
  }

  // Rule 3: order.

  @Test
  void protocols_equalPriority_laterIsFirst() throws IOException {
    StubProtocol<String> sooner = new StubProtocol<>("sooner");
    StubProtocol<String> later = new StubProtocol<>("later");
    Context context =
        Context.empty().with(later.endpointKey(), "later").with(sooner.endpointKey(), "sooner");
    assertThat(endpoint(resolver(sooner, later), context)).isEqualTo("later");
    assertThat(endpoint(resolver(later, sooner), context)).isEqualTo("sooner");
  }

  @Test
  void priority_lowerNumber_isTriedFirst() throws IOException {
    StubProtocol<String> first = new StubProtocol<String>("first").priority(-1);
    StubProtocol<String> middle = new StubProtocol<>("middle");
    StubProtocol<String> last = new StubProtocol<String>("last").priority(1);
    Context context = Context.empty();
    for (StubProtocol<String> each : List.of(middle, last, first)) {
      context = context.with(each.endpointKey(), each.name());
      each.refusing("no");
    }
    assertThat(failure(resolver(first, last, middle), context))
        .hasMessageThat()
        .endsWith("first(first): no; middle(middle): no; last(last): no");
  }

  @Test
  void priority_defaults_areEqual() {
    Protocol<String> protocol = new Unranked();
    assertThat(protocol.priority()).isEqualTo(0);
    assertThat(clearFromHost.priority()).isEqualTo(protocol.priority());
  }

  /** A protocol that leaves its priority at the default. */
  private record Unranked() implements Protocol<String> {
    @Override
    public String name() {
      return "unranked";
    }

    @Override
    public Key<String> endpointKey() {
      return Key.of("unranked");
    }

    @Override
    public boolean isSecure() {
      return false;
    }

    @Override
    public String describe(String endpoint) {
      return endpoint;
    }

    @Override
    public Flow connect(String endpoint, Deadline deadline) {
      return new StubFlow(endpoint);
    }
  }

  @Test
  void scheme_registeredLater_replacesEarlier() throws IOException {
    MimicResolver resolver =
        MimicResolver.builder()
            .protocol(clear)
            .protocol(secure)
            .derivation(clearFromHost)
            .scheme(Scheme.of("x", secure.endpointKey()))
            .scheme(Scheme.of("x", clear.endpointKey()))
            .build();
    assertThat(endpoint(resolver, "x://host")).isEqualTo("host");
  }

  @Test
  void derivations_askedByPriority_thenLaterFirst() throws IOException {
    Context context =
        Context.empty()
            .with(Address.HOST, "host")
            .with(fromHost("a").priority(-1))
            .with(fromHost("b"))
            .with(fromHost("c"));
    assertThat(endpoint(resolver(clear), context)).isEqualTo("a");
    assertThat(endpoint(resolver(clear), context.with(fromHost("d")))).isEqualTo("a");
    assertThat(endpoint(resolver(clear), context.with(fromHost("e").priority(-1)))).isEqualTo("e");
  }

  @Test
  void derivations_ofCaller_precedeResolversByPriority() throws IOException {
    MimicResolver resolver =
        MimicResolver.builder().protocol(clear).derivation(fromHost("resolver")).build();
    Context context = Context.empty().with(Address.HOST, "host");
    assertThat(endpoint(resolver, context.with(fromHost("caller")))).isEqualTo("caller");
    assertThat(endpoint(resolver, context.with(fromHost("caller").priority(1))))
        .isEqualTo("resolver");
  }

  // Rule 11: the cost of choosing is linear in the protocols.

  @Test
  void isSecure_manyRefused_isAskedOnceEach() {
    List<StubProtocol<String>> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      all.add(new StubProtocol<String>("secure" + i).secure());
      all.add(new StubProtocol<String>("clear" + i));
    }
    MimicResolver resolver = resolver(all.toArray(Protocol<?>[]::new));
    StubProtocol<String> last = all.getFirst().refusing("no");
    Context context =
        Context.empty()
            .with(Address.HOST, "host")
            .with(
                Derivation.of(
                    last.endpointKey(), required(Address.HOST), host -> Verdict.of(host)));
    failure(resolver, context);
    assertThat(all.stream().mapToInt(StubProtocol::timesAskedWhetherSecure).sum())
        .isAtMost(2 * all.size());
  }

  /** A scheme whose default port is 80, and whose connections show the port that they go to. */
  private ResolverBuilder withDefaultPort() {
    return MimicResolver.builder()
        .protocol(clear)
        .scheme(Scheme.of("http", clear.endpointKey()).withDefaultPort(80))
        .derivation(
            Derivation.of(
                clear.endpointKey(),
                required(Address.HOST),
                required(Address.PORT),
                (host, port) -> Verdict.of(host + ":" + port)));
  }

  @Test
  void choice_amongTenThousandProtocols_findsTheOneThatIsDerived() throws IOException {
    List<StubProtocol<String>> all = new ArrayList<>();
    ResolverBuilder builder = MimicResolver.builder();
    for (int i = 0; i < 10_000; i++) {
      StubProtocol<String> each = new StubProtocol<>("protocol" + i);
      all.add(each);
      builder
          .protocol(each)
          .scheme(Scheme.of("scheme" + i, each.endpointKey()))
          .derivation(
              Derivation.of(
                  each.endpointKey(),
                  required(Address.HOST),
                  required(Address.USER),
                  (host, user) -> Verdict.of(user + "@" + host)));
    }
    Derivation<String> last =
        Derivation.of(
            all.getFirst().endpointKey(), required(Address.HOST), host -> Verdict.of(host));
    MimicResolver resolver = builder.derivation(last).build();
    assertThat(endpoint(resolver, Context.empty().with(Address.HOST, "a"))).isEqualTo("a");
    assertThat(endpoint(resolver, "scheme5000://me@b")).isEqualTo("me@b");
    assertThat(endpoint(resolver, Context.empty().with(all.get(7).endpointKey(), "given")))
        .isEqualTo("given");
  }

  @Test
  void context_withScheme_hasDefaultPort() {
    MimicResolver resolver = withDefaultPort().build();
    Context http = Context.empty().with(Address.SCHEME, "HTTP").with(Address.HOST, "host");
    assertThat(resolver.plan(http).connections()).containsExactly("clear(host:80)");
    assertThat(resolver.plan(http.with(Address.PORT, 8080)).connections())
        .containsExactly("clear(host:8080)");
    Derivation<Integer> lookedUp =
        Derivation.of(Address.PORT, required(Address.HOST), host -> Verdict.of(9));
    assertThat(resolver.plan(http.with(lookedUp)).connections()).containsExactly("clear(host:9)");
  }

  /** Each way to ask for the same, so that both are seen to take the same port. */
  private static void assertPort(MimicResolver resolver, Context more, int port) {
    Context context = Context.empty().with(Address.SCHEME, "http").with(Address.HOST, "host");
    String expected = "clear(host:" + port + ")";
    assertThat(resolver.plan(context.merge(more)).connections()).containsExactly(expected);
    assertThat(resolver.with(more).plan("http://host/").connections()).containsExactly(expected);
  }

  @Test
  void defaultPort_byAddressAndByContext_isTheLowestOfDerivations() {
    ResolverBuilder builder = withDefaultPort();
    MimicResolver plain = builder.build();
    assertPort(plain, Context.empty(), 80);
    assertPort(plain, Context.empty().with(Address.PORT, 8080), 8080);
    assertThat(plain.plan("http://host:99/").connections()).containsExactly("clear(host:99)");

    Derivation<Integer> found =
        Derivation.of(Address.PORT, required(Address.HOST), host -> Verdict.of(9));
    Derivation<Integer> declined =
        Derivation.of(Address.PORT, required(Address.HOST), host -> Verdict.decline("none known"));
    assertPort(plain, Context.empty().with(found), 9);
    assertPort(plain, Context.empty().with(declined), 80);
    assertPort(plain, Context.empty().with(declined.priority(Integer.MAX_VALUE)), 80);
    assertThat(plain.with(Context.empty().with(declined)).plan("http://host/").toString())
        .contains("port = 80  (from scheme; by the scheme)");

    assertPort(builder.derivation(declined).build(), Context.empty(), 80);
    assertPort(builder.derivation(found).build(), Context.empty(), 9);
    assertPort(builder.value(Address.PORT, 7).build(), Context.empty(), 7);
  }

  private Derivation<String> fromHost(String value) {
    return Derivation.of(clear.endpointKey(), required(Address.HOST), host -> Verdict.of(value));
  }
}
