package dev.mimic;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.mimic.Derivation.optional;
import static dev.mimic.Derivation.required;
import static dev.mimic.Derivation.withDefault;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.ManualTimeSource;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Tests of plans and reports against golden files. To write the files again, and see the changes in
 * git: {@code mvn test -pl mimic-api -Dtest=GoldenTest -DargLine=-Dmimic.golden.write=true}.
 */
class GoldenTest {
  private static final Path FILES = Path.of("src/test/resources/golden");
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static final Key<String> TRUST = Key.of("tls.trust");
  private static final Key<String> CERTIFICATE = Key.of("tls.certificate");
  private static final Key<String> LOGIN = Key.of("login");

  private final ManualTimeSource time = new ManualTimeSource();

  private final Network network = new Refusing();

  /** Refuses each address it is asked for, after 3 ms. */
  private final class Refusing implements Network {
    @Override
    public Flow connect(HostPort to, Deadline deadline) throws IOException {
      time.advance(Duration.ofMillis(3));
      throw new IOException("connection refused by " + to);
    }

    @Override
    public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
      throw new BindException(at + " is in use");
    }

    @Override
    public String describe(HostPort to) {
      return "net(" + to + ")";
    }
  }

  private final StubProtocol<String> tls = new StubProtocol<String>("tls").secure();

  /** Clear and over TLS: what most deployments are like. */
  private ResolverBuilder deployment() {
    return MimicResolver.builder()
        .timeSource(time)
        .from("TargetModule")
        .network(network)
        .from("WebModule")
        .scheme(Scheme.of("http", PlainProtocol.ENDPOINT).withDefaultPort(80))
        .from("TlsModule")
        .protocol(tls.refusing("the certificate has expired"))
        .scheme(Scheme.of("https", tls.endpointKey()).withDefaultPort(443))
        .derivation(tlsEndpoint())
        .derivation(
            Derivation.of(
                LOGIN,
                required(Address.USER),
                required(Address.PASSWORD),
                (user, password) -> Verdict.of(user + ":" + password)));
  }

  private Derivation<String> tlsEndpoint() {
    Derivation.Builder<String> endpoint = Derivation.builder(tls.endpointKey());
    Input<String> host = endpoint.input(required(Address.HOST));
    Input<Integer> port = endpoint.input(required(Address.PORT));
    endpoint.input(required(TRUST));
    endpoint.input(optional(CERTIFICATE));
    endpoint.input(withDefault(LOGIN, "nobody"));
    return endpoint.build(in -> Verdict.of(in.get(host) + ":" + in.get(port)));
  }

  private MimicResolver trusting() {
    return deployment().from("the application").value(TRUST, "the host's trust store").build();
  }

  private static void golden(String name, String actual) throws IOException {
    Path file = FILES.resolve(name + ".txt");
    if (Boolean.getBoolean("mimic.golden.write")) {
      Files.createDirectories(FILES);
      Files.writeString(file, actual + "\n");
    }
    assertWithMessage(file.toString()).that(actual + "\n").isEqualTo(Files.readString(file));
  }

  private String report(MimicResolver resolver, String address) {
    return assertThrows(
            ResolutionException.class, () -> resolver.withTimeout(LIMIT).resolve(address))
        .report();
  }

  private String report(MimicResolver resolver, Context context) {
    return assertThrows(
            ResolutionException.class, () -> resolver.withTimeout(LIMIT).resolve(context))
        .report();
  }

  @Test
  void plan_plainAddress_isAsInFile() throws IOException {
    golden("plan-plain", trusting().plan("http://example.org/index.html").toString());
  }

  @Test
  void plan_secureAddressWithPassword_isAsInFile() throws IOException {
    String plan = trusting().plan("https://me:hunter2@example.org/").toString();
    assertThat(plan).doesNotContain("hunter2");
    golden("plan-secure", plan);
  }

  @Test
  void plan_throughHops_isAsInFile() throws IOException {
    Network.Hop hop = lower -> new Through(lower);
    MimicResolver resolver =
        deployment().from("ProxyModule").value(Network.HOPS, List.of(hop, hop)).build();
    golden("plan-hops", resolver.plan("tcp://example.org:25").toString());
  }

  private record Through(Network lower) implements Network {
    @Override
    public Flow connect(HostPort to, Deadline deadline) throws IOException {
      return lower.connect(to, deadline);
    }

    @Override
    public FlowListener listen(HostPort at, Deadline deadline) throws IOException {
      return lower.listen(at, deadline);
    }

    @Override
    public String describe(HostPort to) {
      return "proxied(" + lower.describe(to) + ")";
    }
  }

  @Test
  void missingInput_report_isAsInFile() throws IOException {
    golden("missing-input", report(deployment().build(), "https://example.org/"));
  }

  @Test
  void missingPort_report_isAsInFile() throws IOException {
    golden("missing-port", report(trusting(), "tcp://example.org"));
  }

  @Test
  void declined_report_isAsInFile() throws IOException {
    MimicResolver resolver =
        deployment()
            .from("PinModule")
            .derivation(
                Derivation.of(
                    TRUST, required(Address.HOST), h -> Verdict.decline("no pin for " + h)))
            .from("FileModule")
            .derivation(
                Derivation.of(
                    TRUST,
                    required(Key.<Path>of("trust.file")),
                    file -> Verdict.of("file " + file)))
            .build();
    golden("declined", report(resolver, "https://example.org/"));
  }

  @Test
  void thrown_report_isAsInFile() throws IOException {
    MimicResolver resolver =
        deployment()
            .from("FileModule")
            .derivation(
                Derivation.of(
                    TRUST,
                    required(Address.HOST),
                    host -> {
                      throw new IOException("trust.pem cannot be read");
                    }))
            .build();
    golden("thrown", report(resolver, "https://example.org/"));
  }

  @Test
  void cycle_report_isAsInFile() throws IOException {
    MimicResolver resolver =
        deployment()
            .from("HenModule")
            .derivation(Derivation.of(TRUST, required(CERTIFICATE), c -> Verdict.of(c)))
            .from("EggModule")
            .derivation(Derivation.of(CERTIFICATE, required(TRUST), t -> Verdict.of(t)))
            .build();
    golden("cycle", report(resolver, "https://example.org/"));
  }

  @Test
  void refusedConnection_report_isAsInFile() throws IOException {
    golden("refused", report(trusting(), "http://example.org/"));
  }

  @Test
  void severalCandidates_report_isAsInFile() throws IOException {
    Context context =
        Context.empty()
            .withCandidates(
                PlainProtocol.ENDPOINT,
                List.of(endpoint("a.example.org"), endpoint("b.example.org")));
    golden("several-candidates", report(trusting(), context));
  }

  private PlainProtocol.Endpoint endpoint(String host) {
    return PlainProtocol.Endpoint.of(network, new HostPort(host, 80), "tcp");
  }

  @Test
  void refusedDowngrade_report_isAsInFile() throws IOException {
    Context context = Context.empty().with(Address.HOST, "example.org").with(Address.PORT, 443);
    golden("downgrade", report(trusting(), context));
  }

  @Test
  void timeout_report_isAsInFile() throws IOException {
    MimicResolver resolver = trusting();
    tls.connecting(
        (endpoint, deadline) -> {
          time.advance(Duration.ofSeconds(6));
          throw new IOException("no answer");
        });
    golden("timeout", report(resolver, "https://example.org/"));
  }

  @Test
  void unknownScheme_report_isAsInFile() throws IOException {
    golden("unknown-scheme", report(trusting(), "htps://example.org/"));
    Context context = Context.empty().with(Address.SCHEME, "htps");
    golden("unknown-scheme-of-context", report(trusting(), context));
  }

  @Test
  void refusedListen_report_isAsInFile() throws IOException {
    MimicResolver resolver = trusting();
    ResolutionException inUse =
        assertThrows(ResolutionException.class, () -> resolver.listen("tcp://localhost:80"));
    golden("listen-in-use", inUse.report());
    ResolutionException onlyToConnectTo =
        assertThrows(ResolutionException.class, () -> resolver.listen("https://localhost/"));
    golden("listen-unsupported", onlyToConnectTo.report());
  }

  @Test
  void key_neededTwice_isExplainedOnce() throws IOException {
    Key<String> shared = Key.of("shared");
    MimicResolver resolver =
        deployment()
            .derivation(Derivation.of(shared, required(Address.HOST), h -> Verdict.of(h)))
            .derivation(Derivation.of(TRUST, required(shared), s -> Verdict.of(s)))
            .derivation(Derivation.of(CERTIFICATE, required(shared), s -> Verdict.of(s)))
            .build();
    golden("plan-shared", resolver.plan("https://example.org/").toString());
    assertThat(resolver.plan("https://example.org/").problem()).isEqualTo(Optional.empty());
  }
}
