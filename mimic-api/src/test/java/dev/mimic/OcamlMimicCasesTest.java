package dev.mimic;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.Derivation.required;
import static dev.mimic.Derivation.withDefault;
import static dev.mimic.Resolving.LONG;
import static dev.mimic.Resolving.endpoint;
import static dev.mimic.Resolving.failure;
import static dev.mimic.Resolving.resolver;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowPipe;
import dev.mimic.flow.PeerGoneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The seven cases that OCaml's mimic tests itself with, one test each. */
@Timeout(60)
class OcamlMimicCasesTest {
  private final StubProtocol<Integer> ints = new StubProtocol<>("int");
  private final StubProtocol<String> strings = new StubProtocol<>("string");
  private final StubProtocol<Double> doubles = new StubProtocol<>("double");

  @Test
  void inputString_asInOcaml_resolves() throws IOException {
    FlowPipe pipe = FlowPipe.create();
    pipe.far().write(utf8("Hello World!"));
    pipe.far().close();
    try (Flow flow = resolve(pipe)) {
      ByteBuffer first = ByteBuffer.allocate(12);
      assertThat(flow.read(first)).isEqualTo(12);
      assertThat(new String(first.array(), UTF_8)).isEqualTo("Hello World!");
      assertThat(flow.read(ByteBuffer.allocate(12))).isEqualTo(-1);
      assertThrows(PeerGoneException.class, () -> flow.write(utf8("Hello World!")));
    }
  }

  @Test
  void outputString_asInOcaml_resolves() throws IOException {
    FlowPipe pipe = FlowPipe.create();
    try (Flow flow = resolve(pipe)) {
      assertThat(flow.write(utf8("Hell"))).isEqualTo(4);
      assertThat(flow.write(utf8("o Wo"))).isEqualTo(4);
      assertThat(flow.write(utf8("rld!"))).isEqualTo(4);
      ByteBuffer written = ByteBuffer.allocate(12);
      assertThat(pipe.far().read(written)).isEqualTo(12);
      assertThat(new String(written.array(), UTF_8)).isEqualTo("Hello World!");
      pipe.far().close();
      assertThrows(PeerGoneException.class, () -> flow.write(utf8("?!?!")));
      assertThrows(PeerGoneException.class, () -> flow.read(ByteBuffer.allocate(1)));
    }
  }

  /** Resolves a context that holds a pipe to the pipe's near end. */
  private static Flow resolve(FlowPipe pipe) throws IOException {
    StubProtocol<FlowPipe> memory =
        new StubProtocol<FlowPipe>("memory").connecting((endpoint, deadline) -> endpoint.near());
    return resolver(memory)
        .withTimeout(LONG)
        .resolve(Context.empty().with(memory.endpointKey(), pipe));
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  @Test
  void values_asInOcaml_areFound() throws IOException {
    MimicResolver resolver = resolver(ints, strings, doubles);
    assertThat(endpoint(resolver, Context.empty().with(ints.endpointKey(), 42))).isEqualTo(42);
    assertThat(endpoint(resolver, Context.empty().with(strings.endpointKey(), "Hello World!")))
        .isEqualTo("Hello World!");
    assertThat(endpoint(resolver, Context.empty().with(doubles.endpointKey(), 0.42)))
        .isEqualTo(0.42);
  }

  @Test
  void functions_asInOcaml_areFolded() throws IOException {
    MimicResolver resolver = resolver(ints, strings);
    Key<Integer> a = Key.of("a");
    Key<Integer> b = Key.of("b");
    Context sum =
        Context.empty()
            .with(
                Derivation.of(
                    ints.endpointKey(), required(a), required(b), (x, y) -> Verdict.of(x + y)));
    assertThat(endpoint(resolver, sum.with(a, 2).with(b, 3))).isEqualTo(5);

    Key<Integer> number = Key.of("number");
    Context text =
        Context.empty()
            .with(
                Derivation.of(
                    strings.endpointKey(),
                    withDefault(number, 42),
                    x -> Verdict.of(String.valueOf(x))));
    assertThat(endpoint(resolver, text)).isEqualTo("42");
    assertThat(endpoint(resolver, text.with(number, 51))).isEqualTo("51");
  }

  @Test
  void derivations_anyOrder_resolve() throws IOException {
    MimicResolver resolver = resolver(strings);
    Key<Integer> one = Key.of("one");
    Key<Integer> two = Key.of("two");
    Context context =
        Context.empty()
            .with(
                Derivation.of(
                    strings.endpointKey(), required(one), x -> Verdict.of(String.valueOf(x))))
            .with(Derivation.of(one, required(two), x -> Verdict.of(x + 1)));
    assertThat(endpoint(resolver, context.with(one, 5))).isEqualTo("5");
    assertThat(endpoint(resolver, context.with(two, 4))).isEqualTo("5");
    assertThat(failure(resolver, context))
        .hasMessageThat()
        .contains(
            "nothing gives \"two\": put it into the context, or install a module that derives it");
  }

  @Test
  void priority_asInOcaml_orders() throws IOException {
    StubProtocol<Integer> ten = new StubProtocol<Integer>("ten").priority(10);
    StubProtocol<Integer> twenty = new StubProtocol<Integer>("twenty").priority(20);
    // In OCaml a protocol without a priority comes last. Here its priority is 0, so it is given
    // one.
    StubProtocol<Integer> last = new StubProtocol<Integer>("last").priority(30);
    StubProtocol<Integer> alsoTwenty = new StubProtocol<Integer>("also twenty").priority(20);
    Key<Integer> k10 = ten.endpointKey();
    Key<Integer> k20 = twenty.endpointKey();

    MimicResolver resolver = resolver(ten, twenty, last, alsoTwenty);
    assertThat(endpoint(resolver, Context.empty().with(k10, 1).with(k20, 2))).isEqualTo(1);
    assertThat(endpoint(resolver, Context.empty().with(k20, 2).with(k10, 1))).isEqualTo(1);
    assertThat(endpoint(resolver, Context.empty().with(k20, 2).with(last.endpointKey(), 3)))
        .isEqualTo(2);
    Key<Integer> tie = alsoTwenty.endpointKey();
    assertThat(endpoint(resolver, Context.empty().with(k20, 2).with(tie, 4))).isEqualTo(4);
    assertThat(endpoint(resolver, Context.empty().with(tie, 4).with(k20, 2))).isEqualTo(4);
  }

  @Test
  void value_mostRecent_wins() throws IOException {
    Context context = Context.empty().with(ints.endpointKey(), 5).with(ints.endpointKey(), 6);
    assertThat(endpoint(resolver(ints), context)).isEqualTo(6);
  }
}
