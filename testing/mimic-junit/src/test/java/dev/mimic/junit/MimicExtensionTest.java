package dev.mimic.junit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.mimic.MimicResolver;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.TimeSource;
import dev.mimic.inmemory.Faults;
import dev.mimic.inmemory.InMemoryHost;
import dev.mimic.inmemory.InMemoryNetwork;
import dev.mimic.tls.TlsModule;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MimicExtensionTest {

  @ExtendWith(MimicExtension.class)
  static final class Parameters {
    private final InMemoryNetwork ofConstructor;
    private final MimicResolver onLocalhost;

    Parameters(InMemoryNetwork network, MimicResolver resolver) {
      this.ofConstructor = network;
      this.onLocalhost = resolver;
    }

    @BeforeEach
    void beforeEach(InMemoryNetwork network, @Host("api") InMemoryHost api) {
      assertThat(network).isSameInstanceAs(ofConstructor);
      assertThat(api).isSameInstanceAs(network.host("api"));
    }

    @Test
    void parameters_ofTest_areOfOneNetwork(
        InMemoryNetwork network,
        @Host("api") InMemoryHost api,
        MimicResolver resolver,
        @Host("web") MimicResolver ofWeb,
        @Host("web") MimicResolver ofWebAgain)
        throws IOException {
      assertThat(network).isSameInstanceAs(ofConstructor);
      assertThat(network.timeSource()).isSameInstanceAs(TimeSource.system());
      assertThat(resolver).isSameInstanceAs(onLocalhost);
      assertThat(ofWeb).isSameInstanceAs(ofWebAgain);
      assertThat(ofWeb).isNotSameInstanceAs(resolver);
      try (FlowListener listener = resolver.listen("tcp://api:80");
          Flow flow = ofWeb.resolve(listener.address());
          Flow accepted = listener.accept()) {
        assertThat(flow.info().local()).startsWith("web:");
        assertThat(accepted.info().local()).isEqualTo("api:80");
        assertThat(api.name()).isEqualTo("api");
      }
      NetworkSubject.assertThat(network).hasConnected("web", "api");
    }

    @RepeatedTest(2)
    void repetition_hasNetworkOfItsOwn(InMemoryNetwork network) {
      assertThat(network).isSameInstanceAs(ofConstructor);
      NetworkSubject.assertThat(network).hasNotConnected("localhost", "api");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void invocation_withArgument_hasNetwork(int argument, InMemoryNetwork network) {
      assertThat(argument).isGreaterThan(0);
      assertThat(network).isSameInstanceAs(ofConstructor);
    }

    @Nested
    final class Inner {
      @Test
      void network_ofNestedTest_isOfConstructorsToo(InMemoryNetwork network) {
        assertThat(network).isSameInstanceAs(ofConstructor);
      }
    }
  }

  @Test
  void parameters_everywhere_areOfOneNetworkEach() {
    Runs.Run run = Runs.run(Map.of(), Parameters.class);

    run.tests().assertStatistics(each -> each.succeeded(6).failed(0));
    assertThat(run.err()).isEmpty();
  }

  @ExtendWith(MimicExtension.class)
  static final class ManualTime {
    @Test
    void connect_onManualClock_timesOutAtOnce(
        InMemoryNetwork network, MimicResolver resolver, ManualTimeSource time) throws Exception {
      assertThat(network.timeSource()).isSameInstanceAs(time);
      network.host("api");
      network.inject(Faults.dropConnects());
      Thread connecting =
          Thread.startVirtualThread(
              () -> assertThrows(IOException.class, () -> resolver.resolve("tcp://api:80")));
      time.awaitTimers(1, Duration.ofSeconds(10));
      time.advance(Duration.ofMinutes(5));
      assertThat(connecting.join(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void network_withoutClockParameter_isOnSystemClock(InMemoryNetwork network) {
      assertThat(network.timeSource()).isSameInstanceAs(TimeSource.system());
    }
  }

  @ExtendWith(MimicExtension.class)
  static final class ManualTimeInBeforeEach {
    @BeforeEach
    void beforeEach(InMemoryNetwork network, ManualTimeSource time) {
      assertThat(network.timeSource()).isSameInstanceAs(time);
    }

    @Test
    void network_isOnManualClock(InMemoryNetwork network) {
      assertThat(network.timeSource()).isInstanceOf(ManualTimeSource.class);
    }
  }

  @Test
  void manualTime_asParameter_isClockOfNetwork() {
    Runs.run(Map.of(), ManualTime.class, ManualTimeInBeforeEach.class)
        .tests()
        .assertStatistics(each -> each.succeeded(3).failed(0));
  }

  static final class Settings {
    @RegisterExtension
    final MimicExtension mimic =
        MimicExtension.builder().modules(new TlsModule()).seed(5).manualTime(true).build();

    @Test
    void settings_areUsed(InMemoryNetwork network, MimicResolver resolver) {
      assertThat(network.seed()).isEqualTo(5);
      assertThat(network.timeSource()).isInstanceOf(ManualTimeSource.class);
      assertThat(resolver.inventory().toString()).contains("tls");
    }

    @Test
    @Seed(6)
    void seed_ofMethod_takesPrecedence(InMemoryNetwork network) {
      assertThat(network.seed()).isEqualTo(6);
    }
  }

  @Test
  void settings_ofBuilder_areUsed() {
    Runs.run(Map.of(), Settings.class)
        .tests()
        .assertStatistics(each -> each.succeeded(2).failed(0));
  }

  @ExtendWith(MimicExtension.class)
  static final class Leaking {
    @Test
    void leaveFlowOpen(MimicResolver resolver) throws IOException {
      try (FlowListener listener = resolver.listen("tcp://api:80")) {
        Flow unused = resolver.resolve("tcp://api:80");
        listener.accept().close();
      }
    }
  }

  @ExtendWith(MimicExtension.class)
  static final class LeakingListener {
    @Test
    void leaveListenerOpen(MimicResolver resolver) throws IOException {
      FlowListener unused = resolver.listen("tcp://api:80");
    }
  }

  @Test
  void flow_leftOpen_failsTestWithPlace() {
    Runs.Run run = Runs.run(Map.of(), Leaking.class);

    assertThat(run.failure()).contains("left 1 flows and listeners open");
    assertThat(run.failure()).contains("connected here");
    assertThat(run.failure()).contains("Leaking.leaveFlowOpen(MimicExtensionTest.java:");
    assertThat(run.failure()).doesNotContain("org.junit.platform");
    assertThat(run.err()).contains("connect to port 80");
  }

  @Test
  void listener_leftOpen_failsTestWithPlace() {
    assertThat(Runs.run(Map.of(), LeakingListener.class).failure())
        .contains("LeakingListener.leaveListenerOpen(MimicExtensionTest.java:");
  }

  @ExtendWith(MimicExtension.class)
  static final class ClosedAfterEach {
    private Optional<Flow> flow = Optional.empty();

    @Test
    void leaveFlowToAfterEach(MimicResolver resolver) throws IOException {
      try (FlowListener listener = resolver.listen("tcp://api:80")) {
        flow = Optional.of(resolver.resolve("tcp://api:80"));
        listener.accept().close();
      }
    }

    @AfterEach
    void close() throws IOException {
      flow.orElseThrow().close();
    }
  }

  @Test
  void flow_closedAfterEach_isNoLeak() {
    Runs.run(Map.of(), ClosedAfterEach.class).tests().assertStatistics(each -> each.succeeded(1));
  }

  @ExtendWith(MimicExtension.class)
  static final class Failing {
    @Test
    void failWithOpenFlow(InMemoryNetwork network, MimicResolver resolver) throws IOException {
      FlowListener listener = resolver.listen("tcp://api:80");
      Flow unused = resolver.resolve(listener.address());
      network.inject(Faults.refuse().to("api"));
      fail("a reason of its own");
    }
  }

  @Test
  void failure_ofTest_printsTimelineAndSeed() {
    Runs.Run run = Runs.run(Map.of("mimic.seed", "42"), Failing.class);

    assertThat(run.failure()).contains("a reason of its own");
    assertThat(run.err()).contains("#1 localhost -> api");
    assertThat(run.err()).contains("refuse connects to api begins");
    assertThat(run.err()).contains("seed 42: run again with -Dmimic.seed=42");
  }

  @ExtendWith(MimicExtension.class)
  static final class Aborted {
    @Test
    void abortTest(MimicResolver resolver) throws IOException {
      FlowListener unused = resolver.listen("tcp://api:80");
      abort("not here");
    }
  }

  @Test
  void abortedTest_withOpenListener_isNotFailed() {
    Runs.Run run = Runs.run(Map.of(), Aborted.class);

    run.tests().assertStatistics(each -> each.aborted(1).failed(0));
    assertThat(run.err()).isEmpty();
  }

  @ExtendWith(MimicExtension.class)
  static final class WithoutHost {
    @Test
    void askForHost(InMemoryHost host) {
      fail("no host is named: " + host);
    }
  }

  @Test
  void host_withoutName_failsWithRemedy() {
    assertThat(Runs.run(Map.of(), WithoutHost.class).failure()).contains("write @Host(\"api\")");
  }

  @Test
  void seed_thatIsNoNumber_failsWithItsName() {
    assertThat(Runs.run(Map.of("mimic.seed", "x"), Failing.class).failure())
        .contains("mimic.seed (\"x\") must be a whole number");
  }

  @ExtendWith(MimicExtension.class)
  static final class Random {
    @Test
    void connectAtRandom(InMemoryNetwork network, MimicResolver resolver) throws IOException {
      StringBuilder refused = new StringBuilder();
      network.inject(Faults.random().refuse(0.5));
      try (FlowListener listener = resolver.listen("tcp://api:80")) {
        for (int i = 0; i < 32; i++) {
          try (Flow flow = resolver.resolve(listener.address());
              Flow accepted = listener.accept()) {
            refused.append(flow.isOpen() && accepted.isOpen() ? '.' : '?');
          } catch (IOException e) {
            refused.append('x');
          }
        }
      }
      fail("refused " + refused);
    }
  }

  @Test
  void seed_ofFailure_replaysDecisions() {
    Runs.Run first = Runs.run(Map.of(), Random.class);
    String seed = first.err().replaceAll("(?s).*-Dmimic.seed=(\\d+).*", "$1");

    assertThat(Runs.run(Map.of("mimic.seed", seed), Random.class).failure())
        .isEqualTo(first.failure());
    assertThat(Runs.run(Map.of("mimic.seed", seed + "1"), Random.class).failure())
        .isNotEqualTo(first.failure());
  }
}
