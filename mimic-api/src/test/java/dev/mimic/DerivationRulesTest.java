package dev.mimic;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.Derivation.optional;
import static dev.mimic.Derivation.required;
import static dev.mimic.Derivation.withDefault;
import static dev.mimic.Resolving.endpoint;
import static dev.mimic.Resolving.failure;
import static dev.mimic.Resolving.resolver;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests of derivations: rules 4 to 8 and 11 of a resolution. */
class DerivationRulesTest {
  private static final Key<String> A = Key.of("a");
  private static final Key<String> B = Key.of("b");
  private static final Key<String> C = Key.of("c");

  private final StubProtocol<String> protocol = new StubProtocol<String>("stub").priority(1);
  private final StubProtocol<String> other = new StubProtocol<String>("other").priority(2);
  private final Key<String> endpoint = protocol.endpointKey();
  private final AtomicInteger runs = new AtomicInteger();

  private static Derivation<String> copy(Key<String> to, Key<String> from) {
    return Derivation.of(to, required(from), value -> Verdict.of(value + ">" + to));
  }

  private Derivation<String> counted(Key<String> to, Key<String> from, Verdict<String> verdict) {
    return Derivation.of(
        to,
        required(from),
        value -> {
          runs.incrementAndGet();
          return verdict;
        });
  }

  private Derivation<String> failing(Key<String> to, Key<String> from) {
    return Derivation.of(
        to,
        required(from),
        value -> {
          runs.incrementAndGet();
          throw new IOException("cannot make " + to);
        });
  }

  // Rule 4: demand-driven.

  @Test
  void derivation_notNeeded_isNotRun() throws IOException {
    Context context =
        Context.empty()
            .with(A, "1")
            .with(copy(endpoint, A))
            .with(counted(B, A, Verdict.of("x")))
            .with(counted(other.endpointKey(), A, Verdict.of("y")));
    assertThat(endpoint(resolver(protocol, other), context)).isEqualTo("1>stub");
    assertThat(runs.get()).isEqualTo(0);
  }

  @Test
  void derivation_lackingInput_derivesNoOtherInput() {
    Context context =
        Context.empty()
            .with(A, "1")
            .with(counted(C, A, Verdict.of("x")))
            .with(Derivation.of(endpoint, required(B), required(C), (b, c) -> Verdict.of(b + c)));
    failure(resolver(protocol), context);
    assertThat(runs.get()).isEqualTo(0);
  }

  // Rule 5: at most once.

  /** A ladder: each of the 60 keys asks twice for the one below, and the lowest one fails. */
  @Test
  void derivation_failing_runsOnce() {
    Context context = Context.empty().with(A, "1");
    List<Key<String>> keys = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      keys.add(Key.of("k" + i));
    }
    context = context.with(failing(keys.getLast(), A));
    for (int i = 0; i < 59; i++) {
      Input<Optional<String>> below = optional(keys.get(i + 1));
      context =
          context.with(
              Derivation.of(
                  keys.get(i), below, below, (x, y) -> Verdict.of(x.toString() + y.toString())));
    }
    failure(resolver(protocol), context.with(copy(endpoint, keys.getFirst())));
    assertThat(runs.get()).isEqualTo(1);
  }

  @Test
  void derivation_declining_runsOnce() {
    Context context =
        Context.empty()
            .with(A, "1")
            .with(counted(B, A, Verdict.decline("no")))
            .with(copy(endpoint, B))
            .with(copy(endpoint, B))
            .with(copy(other.endpointKey(), B));
    failure(resolver(protocol, other), context);
    assertThat(runs.get()).isEqualTo(1);
  }

  @Test
  void derivation_giving_runsOnce() {
    Context context =
        Context.empty()
            .with(A, "1")
            .with(counted(B, A, Verdict.of("b")))
            .with(copy(endpoint, B))
            .with(copy(other.endpointKey(), B));
    failure(resolver(protocol.refusing("no"), other.refusing("no")), context);
    assertThat(runs.get()).isEqualTo(1);
  }

  @Test
  void sharedInput_ofCallerAndResolver_isDerivedOnce() throws IOException {
    MimicResolver resolver =
        MimicResolver.builder()
            .protocol(protocol)
            .derivation(counted(B, A, Verdict.of("b")))
            .derivation(copy(C, B))
            .build();
    Context callers =
        Context.empty()
            .with(A, "1")
            .with(Derivation.of(endpoint, required(B), required(C), (b, c) -> Verdict.of(b + c)));
    assertThat(endpoint(resolver, callers)).isEqualTo("bb>c");
    assertThat(runs.get()).isEqualTo(1);
  }

  @Test
  void context_resolved_canBeExtendedAndReused() throws IOException {
    Context base = Context.empty().with(copy(B, A)).with(copy(endpoint, B));
    MimicResolver other = MimicResolver.builder().protocol(protocol).derivation(copy(A, C)).build();
    assertThat(endpoint(resolver(protocol), base.with(A, "1"))).isEqualTo("1>b>stub");
    assertThat(endpoint(other, base.with(C, "2"))).isEqualTo("2>a>b>stub");
    assertThat(endpoint(resolver(protocol), base.with(A, "3").with(copy(endpoint, A))))
        .isEqualTo("3>stub");
    assertThat(endpoint(resolver(protocol), base.with(A, "4"))).isEqualTo("4>b>stub");
  }

  // Rule 6: an explicit value excludes derived ones.

  @Test
  void explicitValue_anyOrder_excludesDerived() throws IOException {
    Derivation<String> rule = counted(B, A, Verdict.of("derived"));
    Context valueFirst = Context.empty().with(B, "given").with(rule);
    Context ruleFirst = Context.empty().with(rule).with(B, "given");
    for (Context context : List.of(valueFirst, ruleFirst)) {
      Context whole = context.with(A, "1").with(copy(endpoint, B));
      assertThat(endpoint(resolver(protocol), whole)).isEqualTo("given>stub");
    }
    assertThat(runs.get()).isEqualTo(0);
  }

  @Test
  void explicitValue_orderOfKeys_doesNotMatter() throws IOException {
    Key<String> early = Key.of("early");
    Key<String> late = Key.of("late");
    Context context =
        Context.empty()
            .with(early, "given")
            .with(late, "given")
            .with(counted(early, late, Verdict.of("derived")))
            .with(counted(late, early, Verdict.of("derived")))
            .with(
                Derivation.of(
                    endpoint, required(early), required(late), (x, y) -> Verdict.of(x + y)));
    assertThat(endpoint(resolver(protocol), context)).isEqualTo("givengiven");
    assertThat(runs.get()).isEqualTo(0);
  }

  // Rule 7: declined, missing, thrown.

  @Test
  void decline_asksNextDerivation() throws IOException {
    Context context =
        Context.empty()
            .with(A, "1")
            .with(copy(endpoint, A))
            .with(counted(endpoint, A, Verdict.decline("no")));
    assertThat(endpoint(resolver(protocol), context)).isEqualTo("1>stub");
    assertThat(runs.get()).isEqualTo(1);
  }

  @Test
  void missingInput_asksNextDerivation() throws IOException {
    Context context = Context.empty().with(A, "1").with(copy(endpoint, A)).with(copy(endpoint, B));
    assertThat(endpoint(resolver(protocol), context)).isEqualTo("1>stub");
  }

  @Test
  void decline_ofAll_takesDefaultOrEmpty() throws IOException {
    Context context =
        Context.empty()
            .with(A, "1")
            .with(counted(B, A, Verdict.decline("no")))
            .with(
                Derivation.of(
                    endpoint,
                    withDefault(B, "default"),
                    optional(B),
                    optional(C),
                    (b, b2, c) -> Verdict.of(b + b2.isPresent() + c.isPresent())));
    assertThat(endpoint(resolver(protocol), context)).isEqualTo("defaultfalsefalse");
  }

  @Test
  void exception_isNeitherDeclineNorDefault() {
    Context context =
        Context.empty()
            .with(A, "1")
            .with(failing(B, A))
            .with(Derivation.of(endpoint, withDefault(B, "default"), b -> Verdict.of(b)));
    ResolutionException failure = failure(resolver(protocol), context);
    assertThat(failure).hasMessageThat().contains("b: cannot make b");
    assertThat(failure).hasCauseThat().hasMessageThat().isEqualTo("cannot make b");
    assertThat(protocol.asked()).isEmpty();
  }

  @Test
  void exception_asksNoOtherDerivation() {
    Context context =
        Context.empty().with(A, "1").with(copy(endpoint, A)).with(failing(endpoint, A));
    failure(resolver(protocol), context);
    assertThat(protocol.asked()).isEmpty();
  }

  @Test
  void exception_failsOnlyCandidatesThatAsked() throws IOException {
    Context context =
        Context.empty().with(A, "1").with(failing(endpoint, A)).with(copy(other.endpointKey(), A));
    assertThat(endpoint(resolver(protocol, other), context)).isEqualTo("1>other");
  }

  @Test
  void verdict_null_failureNamesKey() {
    @SuppressWarnings("NullAway") // what a careless author may do
    Derivation<String> careless = Derivation.of(endpoint, required(A), a -> null);
    assertThat(failure(resolver(protocol), Context.empty().with(A, "1").with(careless)))
        .hasMessageThat()
        .contains("stub: ");
  }

  @Test
  void error_ofDerivation_propagates() {
    Derivation<String> broken =
        Derivation.of(
            endpoint,
            required(A),
            a -> {
              throw new StackOverflowError("from the test");
            });
    assertThrows(
        StackOverflowError.class,
        () -> endpoint(resolver(protocol), Context.empty().with(A, "1").with(broken)));
  }

  // Rule 8: cycles and long chains.

  @Test
  void cycle_failsWithPath() {
    Context context =
        Context.empty().with(copy(A, B)).with(copy(B, C)).with(copy(C, A)).with(copy(endpoint, A));
    assertThat(failure(resolver(protocol), context))
        .hasMessageThat()
        .contains("needs its own result: a -> b -> c -> a");
  }

  @Test
  void cycle_thatIsLong_isToldInOneReadableLine() {
    Context context = Context.empty();
    Key<String> first = Key.of("k0");
    Key<String> last = first;
    for (int i = 1; i < 1_000; i++) {
      Key<String> next = Key.of("k" + i);
      context = context.with(copy(last, next));
      last = next;
    }
    context = context.with(copy(last, first)).with(copy(endpoint, first));
    String path = "k0 -> k1 -> k2 -> k3 -> (993 more) -> k997 -> k998 -> k999 -> k0";
    ResolutionException failure = failure(resolver(protocol), context);
    assertThat(failure).hasMessageThat().endsWith("needs its own result: " + path);
    assertThat(failure).hasMessageThat().doesNotContain("\n");
    ResolverBuilder builder = MimicResolver.builder();
    last = first;
    for (int i = 1; i < 1_000; i++) {
      Key<String> next = Key.of("k" + i);
      builder.derivation(copy(last, next));
      last = next;
    }
    assertThat(builder.derivation(copy(last, first)).build().inventory().toString()).contains(path);
  }

  @Test
  void cycle_explicitValue_breaksIt() throws IOException {
    Context context =
        Context.empty()
            .with(copy(A, B))
            .with(copy(B, C))
            .with(copy(C, A))
            .with(copy(endpoint, A))
            .with(C, "1");
    assertThat(endpoint(resolver(protocol), context)).isEqualTo("1>b>a>stub");
  }

  @Test
  void cycle_otherCandidates_areTried() throws IOException {
    Context context =
        Context.empty()
            .with(copy(endpoint, endpoint))
            .with(A, "1")
            .with(copy(other.endpointKey(), A));
    assertThat(endpoint(resolver(protocol, other), context)).isEqualTo("1>other");
  }

  @Test
  void cycle_throughOptionalInput_fails() {
    Context context =
        Context.empty()
            .with(Derivation.of(A, optional(A), a -> Verdict.of("x")))
            .with(copy(endpoint, A));
    assertThat(failure(resolver(protocol), context))
        .hasMessageThat()
        .contains("needs its own result: a -> a");
  }

  @Test
  void chain_ofTenThousand_isNoStackOverflow() throws Exception {
    Chain chain = new Chain(10_000);
    assertThat(chain.resolve(chain.inOrder())).isEqualTo(10_000);
    Context broken = chain.withoutStart(chain.inOrder());
    String message = failure(chain.resolver, broken).getMessage();
    assertThat(message).contains("nothing gives \"k0\"");
    assertThat(failure(chain.resolver, broken).report().length()).isLessThan(100_000);
    assertThat(chain.resolver.plan(broken).problem()).isPresent();
  }

  // Rule 11: cost is linear. Counted, not timed.

  @Test
  void chain_anyOrder_costsTheSame() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    for (int length : List.of(1_000, 2_000, 4_000)) {
      Chain chain = new Chain(length);
      List<Derivation<Integer>> shuffled = new ArrayList<>(chain.inOrder());
      Collections.shuffle(shuffled, new Random(seed));
      for (List<Derivation<Integer>> order :
          List.of(chain.inOrder(), chain.inOrder().reversed(), shuffled)) {
        chain.runs.set(0);
        assertThat(chain.steps(order)).isAtMost(2 * length);
        assertThat(chain.runs.get()).isEqualTo(length);
      }
    }
  }

  @Test
  void derivation_addedTwice_runsOnce() {
    Derivation<String> rule = counted(B, A, Verdict.decline("no"));
    MimicResolver resolver =
        MimicResolver.builder()
            .protocol(protocol)
            .derivation(rule)
            .derivation(rule)
            .derivation(copy(endpoint, B))
            .build();
    failure(resolver, Context.empty().with(A, "1").with(rule));
    assertThat(runs.get()).isEqualTo(1);
  }

  /** k0 -> k1 -> ... -> the endpoint, each one more than the one before. */
  private static final class Chain {
    final AtomicInteger runs = new AtomicInteger();
    final StubProtocol<Integer> protocol = new StubProtocol<>("chain");
    final MimicResolver resolver = resolver(protocol);
    private final Key<Integer> start = Key.of("k0");
    private final List<Derivation<Integer>> links = new ArrayList<>();

    Chain(int length) {
      Key<Integer> from = start;
      for (int i = 1; i <= length; i++) {
        Key<Integer> to = i == length ? protocol.endpointKey() : Key.of("k" + i);
        links.add(
            Derivation.of(
                to,
                required(from),
                value -> {
                  runs.incrementAndGet();
                  return Verdict.of(value + 1);
                }));
        from = to;
      }
    }

    List<Derivation<Integer>> inOrder() {
      return links;
    }

    Context withoutStart(List<Derivation<Integer>> order) {
      Context context = Context.empty();
      for (Derivation<Integer> link : order) {
        context = context.with(link);
      }
      return context;
    }

    /** Derives the endpoint, and returns in how many steps. */
    int steps(List<Derivation<Integer>> order) {
      Registry empty =
          new Registry(List.of(), List.of(), List.of(), List.of(), List.of(), Context.empty());
      Context context = withoutStart(order).with(start, 0);
      Resolution resolution = new Resolution(Layers.of(empty, context));
      assertThat(resolution.outcome(protocol.endpointKey()).found()).containsExactly(links.size());
      return resolution.steps();
    }

    Object resolve(List<Derivation<Integer>> order) throws IOException {
      return endpoint(resolver, withoutStart(order).with(start, 0));
    }
  }

  @Test
  void builder_ofManyInputs_readsEachByItsHandle() throws IOException {
    Derivation.Builder<String> joined = Derivation.builder(endpoint);
    Context context = Context.empty();
    List<Input<String>> inputs = new ArrayList<>();
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      Key<String> key = Key.of("part" + i);
      context = context.with(key, i + ".");
      expected.append(i).append('.');
      inputs.add(joined.input(required(key)));
    }
    Derivation<String> rule =
        joined.build(in -> Verdict.of(inputs.stream().map(in::get).collect(joining())));
    Context all = context.with(rule);
    assertThat(endpoint(resolver(protocol), all)).isEqualTo(expected.toString());
    String plan = resolver(protocol).plan(all).toString();
    for (Input<String> each : inputs) {
      assertThat(plan).contains("    %s = ".formatted(each.key()));
    }
  }

  @Test
  void builder_afterBuild_leavesDerivationAsItWas() {
    Derivation.Builder<String> builder = Derivation.builder(endpoint);
    Input<String> a = builder.input(required(A));
    Derivation<String> first = builder.build(in -> Verdict.of(in.get(a)));
    builder.input(required(B));
    assertThat(first.toString()).isEqualTo("stub from a");
  }

  @Test
  void arguments_ofInputThatWasNotAdded_failWithRemedy() {
    Derivation.Builder<String> builder = Derivation.builder(endpoint);
    builder.input(required(A));
    Input<String> other = required(A);
    Context context =
        Context.empty().with(A, "a").with(builder.build(in -> Verdict.of(in.get(other))));
    assertThat(resolver(protocol).plan(context).problem().orElseThrow())
        .contains("a is not an input of \"stub from a\": add it with Builder.input");
  }
}
