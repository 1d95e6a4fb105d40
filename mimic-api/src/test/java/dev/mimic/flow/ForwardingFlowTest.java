package dev.mimic.flow;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ForwardingFlowTest {
  private static final Map<Class<?>, Object> SAMPLES =
      Map.of(
          int.class,
          7,
          long.class,
          8L,
          boolean.class,
          true,
          ByteBuffer.class,
          ByteBuffer.allocate(1),
          ByteBuffer[].class,
          new ByteBuffer[0],
          Duration.class,
          Duration.ofSeconds(9),
          Class.class,
          Runnable.class,
          Optional.class,
          Optional.of("found"),
          FlowInfo.class,
          FlowInfo.of("sample", "here", "there"));

  private final List<String> calls = new ArrayList<>();

  /** A flow that records calls and returns samples. */
  private final Flow below =
      (Flow)
          Proxy.newProxyInstance(
              Flow.class.getClassLoader(),
              new Class<?>[] {Flow.class},
              (self, method, arguments) -> {
                calls.add(call(method, arguments == null ? new Object[0] : arguments));
                return SAMPLES.get(method.getReturnType());
              });

  private static String call(Method method, Object[] arguments) {
    return method.getName() + List.of(arguments);
  }

  private static Stream<Method> methods() {
    return Stream.of(Flow.class.getMethods())
        .filter(each -> Modifier.isAbstract(each.getModifiers()));
  }

  @Test
  void method_ofForwardingFlow_isForwarded() throws Exception {
    Flow flow = new ForwardingFlow(below) {};
    for (Method method : methods().toList()) {
      Object[] arguments = Stream.of(method.getParameterTypes()).map(SAMPLES::get).toArray();
      Object returned = method.invoke(flow, arguments);
      assertThat(calls).containsExactly(call(method, arguments));
      assertWithMessage("%s", method).that(returned).isEqualTo(SAMPLES.get(method.getReturnType()));
      calls.clear();
    }
  }

  @Test
  void derivedMethods_useOverrides() throws IOException {
    FlowPipe pipe = FlowPipe.create();
    try (Flow flow =
            new ForwardingFlow(pipe.near()) {
              @Override
              public int read(ByteBuffer dst) {
                dst.put((byte) 'r');
                return 1;
              }

              @Override
              public int write(ByteBuffer src) throws IOException {
                return super.write(UTF_8.encode("w"));
              }

              @Override
              public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
                return super.write(UTF_8.encode("g"));
              }
            };
        Flow other = pipe.far()) {
      assertThat(flow.inputStream().read()).isEqualTo('r');
      flow.outputStream().write('x');
      assertThat(flow.write(new ByteBuffer[0])).isEqualTo(1);
      flow.shutdownOutput();
      assertThat(new String(other.inputStream().readAllBytes(), UTF_8)).isEqualTo("wg");
    }
  }

  @Test
  void find_returnsSelfOrLayerBelow() throws IOException {
    FlowPipe pipe = FlowPipe.create();
    try (ForwardingFlow flow = new ForwardingFlow(pipe.near()) {};
        Flow other = pipe.far()) {
      assertThat(flow.find(ForwardingFlow.class)).hasValue(flow);
      assertThat(flow.find(FlowPipe.End.class)).hasValue(pipe.near());
      assertThat(flow.find(String.class)).isEmpty();
      assertThat(flow.toString()).isEqualTo(pipe.near().toString());
      assertThat(other.isOpen()).isTrue();
    }
  }
}
