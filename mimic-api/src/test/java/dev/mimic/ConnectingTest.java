package dev.mimic;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.Resolving.LONG;
import static dev.mimic.Resolving.endpoint;
import static dev.mimic.Resolving.failure;
import static dev.mimic.Resolving.resolver;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Deadline;
import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowListener;
import dev.mimic.flow.ManualTimeSource;
import dev.mimic.flow.TimeSource;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of candidates, deadlines and interrupts: rules 9, 10, 12 and 14 of a resolution. */
@Timeout(60)
class ConnectingTest {
  private static final Duration FIVE = Duration.ofSeconds(5);

  private final StubProtocol<String> protocol = new StubProtocol<String>("stub").priority(1);
  private final StubProtocol<String> other = new StubProtocol<String>("other").priority(2);
  private final Key<String> endpoint = protocol.endpointKey();
  private final ManualTimeSource time = new ManualTimeSource();

  private Context candidates(String... inOrder) {
    return Context.empty().withCandidates(endpoint, List.of(inOrder));
  }

  private MimicResolver timed() {
    return MimicResolver.builder().protocol(protocol).protocol(other).timeSource(time).build();
  }

  /** Starts a thread that advances the clock once a timer is set. */
  private Thread advanceOnceTimed(Duration by) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                time.awaitTimers(1, Duration.ofSeconds(30));
              } catch (Exception e) {
                throw new AssertionError(e);
              }
              time.advance(by);
            });
  }

  // Rule 9: candidates.

  @Test
  void candidates_triedInTurn_untilOneSucceeds() throws IOException {
    protocol.connecting(
        (which, deadline) -> {
          if (which.equals("b")) {
            return new StubFlow(which);
          }
          throw new IOException("refused " + which);
        });
    assertThat(endpoint(resolver(protocol), candidates("a", "b", "c"))).isEqualTo("b");
    assertThat(protocol.asked()).containsExactly("a", "b").inOrder();
  }

  @Test
  void candidates_failed_areRecordedWithCause() {
    protocol.connecting(
        (which, deadline) -> {
          throw new IOException("refused " + which);
        });
    ResolutionException failure = failure(resolver(protocol), candidates("a", "b"));
    assertThat(failure)
        .hasMessageThat()
        .isEqualTo("cannot connect to a context of stub: stub(a): refused a; stub(b): refused b");
    assertThat(failure).hasCauseThat().hasMessageThat().isEqualTo("refused b");
    assertThat(failure.getSuppressed()[0]).hasMessageThat().isEqualTo("refused a");
  }

  @Test
  void uncheckedException_failsItsCandidateOnly() throws IOException {
    protocol.connecting(
        (which, deadline) -> {
          if (which.equals("b")) {
            return new StubFlow(which);
          }
          throw new IllegalStateException("a defect");
        });
    assertThat(endpoint(resolver(protocol), candidates("a", "b"))).isEqualTo("b");
  }

  @Test
  @SuppressWarnings("NullAway") // what a careless author may do
  void protocol_returnsNull_fails() {
    assertThat(failure(resolver(protocol.connecting((e, d) -> null)), candidates("a")))
        .hasMessageThat()
        .contains("protocol stub returned no flow");
  }

  @Test
  void error_ofProtocol_propagates() {
    protocol.connecting(
        (which, deadline) -> {
          throw new LinkageError("from the test");
        });
    assertThrows(
        LinkageError.class,
        () -> resolver(protocol).withTimeout(LONG).resolve(candidates("a", "b")));
    assertThat(protocol.asked()).containsExactly("a");
  }

  @Test
  void candidates_ofOtherKey_areRefused() {
    Context context =
        Context.empty()
            .withCandidates(Address.HOST, List.of("a", "b"))
            .with(Derivation.of(endpoint, Derivation.required(Address.HOST), h -> Verdict.of(h)));
    assertThat(failure(resolver(protocol), context))
        .hasMessageThat()
        .contains("host has 2 candidates, and only the endpoint of a protocol may have more");
  }

  @Test
  void timeout_ofOneCandidate_isNotDeadline() throws IOException {
    protocol.connecting(
        (which, deadline) -> {
          if (which.equals("b")) {
            return new StubFlow(which);
          }
          throw new SocketTimeoutException("slow");
        });
    assertThat(endpoint(timed(), candidates("a", "b"))).isEqualTo("b");
  }

  // Rules 10 and 14: one deadline, on the time source; and interrupts.

  @Test
  void deadline_coversAllCandidates() {
    protocol.connecting(
        (which, deadline) -> {
          time.advance(Duration.ofSeconds(3));
          throw new IOException("refused " + which + ", left " + deadline.remaining());
        });
    ResolutionTimeoutException failure =
        assertThrows(
            ResolutionTimeoutException.class,
            () -> timed().withTimeout(FIVE).resolve(candidates("a", "b", "c")));
    assertThat(protocol.asked()).containsExactly("a", "b").inOrder();
    assertThat(failure)
        .hasMessageThat()
        .isEqualTo(
            "cannot connect to a context of stub within 5 s:"
                + " stub(a): refused a, left PT2S; stub(b): refused b, left PT0S");
  }

  @Test
  void deadline_expired_closesHalfMadeConnection() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    protocol.connecting(
        (which, deadline) ->
            deadline.guard(
                closed::countDown,
                halfMade -> {
                  awaitUnchecked(closed);
                  throw new IOException("closed under me");
                }));
    Thread clock = advanceOnceTimed(FIVE);
    ResolutionTimeoutException failure =
        assertThrows(
            ResolutionTimeoutException.class,
            () -> timed().withTimeout(FIVE).resolve(candidates("a", "b")));
    clock.join();
    assertThat(failure).hasCauseThat().hasMessageThat().isEqualTo("not done within 5 s");
    assertThat(protocol.asked()).containsExactly("a");
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void pendingInterrupt_endsResolutionBeforeAttempt() {
    Thread.currentThread().interrupt();
    assertThrows(
        ClosedByInterruptException.class,
        () -> resolver(protocol).withTimeout(LONG).resolve(candidates("a")));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(protocol.asked()).isEmpty();
  }

  @Test
  void interrupt_isNoFailedCandidate() {
    protocol.connecting(
        (which, deadline) -> {
          Thread.currentThread().interrupt();
          throw new IOException("a library's own idea of an interrupt");
        });
    ClosedByInterruptException interrupted =
        assertThrows(
            ClosedByInterruptException.class,
            () -> resolver(protocol).withTimeout(LONG).resolve(candidates("a", "b")));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(protocol.asked()).containsExactly("a");
    assertThat(interrupted.getSuppressed()[0]).hasMessageThat().contains("a library's own idea");
  }

  @Test
  void interrupt_duringStep_closesHalfMadeConnection() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    protocol.connecting(
        (which, deadline) ->
            deadline.guard(
                closed::countDown,
                halfMade -> {
                  begun.countDown();
                  closeAwaited(closed);
                  throw new IOException("closed under me");
                }));
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread resolving =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    resolver(protocol).withTimeout(LONG).resolve(candidates("a", "b")).close();
                  } catch (IOException e) {
                    thrown.set(e);
                  }
                });
    begun.await();
    resolving.interrupt();
    resolving.join();
    assertThat(thrown.get()).isInstanceOf(ClosedByInterruptException.class);
    assertThat(protocol.asked()).containsExactly("a");
  }

  /** Waits as foreign code may: deaf to interrupts. */
  private static void closeAwaited(CountDownLatch closed) {
    boolean interrupted = false;
    while (closed.getCount() > 0) {
      try {
        closed.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void withTimeout_notPositive_isRefused() {
    assertThat(
            assertThrows(
                IllegalArgumentException.class,
                () -> resolver(protocol).withTimeout(Duration.ZERO).resolve(candidates("a"))))
        .hasMessageThat()
        .isEqualTo("timeout (PT0S) must be positive");
  }

  @Test
  void withTimeout_longest_doesNotOverflow() throws IOException {
    try (Flow flow =
        resolver(protocol)
            .withTimeout(Duration.ofSeconds(Long.MAX_VALUE))
            .resolve(candidates("a"))) {
      assertThat(flow.isOpen()).isTrue();
    }
  }

  // Listening, and interrupts.

  private MimicResolver listening(ListenStep step) {
    Key<String> key = Key.of("listen");
    ListeningProtocol<String> stub =
        new ListeningProtocol<>() {
          @Override
          public String name() {
            return "stub";
          }

          @Override
          public Key<String> listenKey() {
            return key;
          }

          @Override
          public String describe(String at) {
            return at;
          }

          @Override
          public FlowListener listen(String at, Deadline deadline) throws IOException {
            return step.listen(deadline);
          }
        };
    return MimicResolver.builder()
        .listeningProtocol(stub)
        .timeSource(time)
        .value(key, "here")
        .scheme(Scheme.of("stub", Key.of("nobody")).listeningBy(key))
        .build();
  }

  private interface ListenStep {
    FlowListener listen(Deadline deadline) throws IOException;
  }

  @Test
  void listen_pendingInterrupt_doesNotBegin() {
    Thread.currentThread().interrupt();
    MimicResolver resolver =
        listening(
            deadline -> {
              throw new AssertionError("it has begun");
            });
    assertThrows(ClosedByInterruptException.class, () -> resolver.listen("stub://here"));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void listen_interrupted_isNoFailure() {
    MimicResolver resolver =
        listening(
            deadline -> {
              throw new ClosedByInterruptException();
            });
    assertThrows(ClosedByInterruptException.class, () -> resolver.listen("stub://here"));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  @SuppressWarnings("NullAway") // what a careless author may do
  void listen_protocolReturnsNull_fails() {
    assertThat(
            assertThrows(
                ResolutionException.class, () -> listening(deadline -> null).listen("stub://here")))
        .hasMessageThat()
        .contains("protocol stub returned no listener");
  }

  @Test
  void listen_ofHangingProtocol_endsAtDeadline() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    MimicResolver resolver =
        listening(
            deadline ->
                deadline.guard(
                    closed::countDown,
                    halfMade -> {
                      awaitUnchecked(closed);
                      throw new IOException("closed");
                    }));
    Thread clock = advanceOnceTimed(FIVE);
    ResolutionTimeoutException failure =
        assertThrows(
            ResolutionTimeoutException.class,
            () -> resolver.withTimeout(FIVE).listen("stub://here"));
    clock.join();
    assertThat(failure)
        .hasMessageThat()
        .isEqualTo("cannot listen on stub://here within 5 s: not done within 5 s");
    assertThat(failure.report()).contains("listens by here");
  }

  @Test
  void listen_returnedTooLate_closesListener() {
    CountDownLatch closed = new CountDownLatch(1);
    MimicResolver resolver =
        listening(
            deadline -> {
              time.advance(FIVE);
              return new ClosedListener(closed);
            });
    assertThat(
            assertThrows(
                ResolutionTimeoutException.class,
                () -> resolver.withTimeout(FIVE).listen("stub://here")))
        .hasMessageThat()
        .isEqualTo("cannot listen on stub://here within 5 s: the listener was returned too late");
    assertThat(closed.getCount()).isEqualTo(0);
  }

  @Test
  void connect_returnedTooLate_closesFlow() {
    StubFlow late = new StubFlow("a");
    protocol.connecting(
        (which, deadline) -> {
          time.advance(FIVE);
          return late;
        });
    assertThrows(
        ResolutionTimeoutException.class, () -> timed().withTimeout(FIVE).resolve(candidates("a")));
    assertThat(late.isOpen()).isFalse();
  }

  private record ClosedListener(CountDownLatch closed) implements FlowListener {
    @Override
    public Flow accept() throws IOException {
      throw new ClosedChannelException();
    }

    @Override
    public String address() {
      return "stub://here";
    }

    @Override
    public TimeSource timeSource() {
      return TimeSource.system();
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  // Rule 12: nothing is global.

  @Test
  void resolvers_two_shareNothing() throws IOException {
    MimicResolver one = resolver(protocol);
    MimicResolver two = resolver(other);
    Context context = Context.empty().with(endpoint, "1").with(other.endpointKey(), "2");
    assertThat(endpoint(one, context)).isEqualTo("1");
    assertThat(endpoint(two, context)).isEqualTo("2");
  }
}
