package dev.mimic.flow;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of stopping a server. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class FlowServerStopTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration FORCED_LIMIT = Duration.ofSeconds(5);

  private final FakeListener listener = new FakeListener();
  private final FakeReporter reporter = new FakeReporter();
  private final ManualTimeSource time = new ManualTimeSource();
  private final Semaphore serving = new Semaphore(0);
  private final Set<Thread> handlers = ConcurrentHashMap.newKeySet();
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void releaseHandlers() {
    release.countDown();
    listener.close();
  }

  private FlowServer serve(FlowServer.Handler handler) {
    return FlowServer.builder()
        .reporter(reporter)
        .timeSource(time)
        .serve(
            listener,
            flow -> {
              handlers.add(Thread.currentThread());
              serving.release();
              handler.handle(flow);
            });
  }

  private void awaitServing(int flows) throws InterruptedException {
    assertThat(serving.tryAcquire(flows, 20, TimeUnit.SECONDS)).isTrue();
  }

  private static void readToEnd(Flow flow) throws IOException {
    int unused = flow.read(ByteBuffer.allocate(1));
  }

  /** Waits for the release, and ignores interrupts. */
  private void insist() {
    boolean done = false;
    while (!done) {
      try {
        release.await();
        done = true;
      } catch (InterruptedException e) {
        done = false;
      }
    }
  }

  private static <T> CompletableFuture<T> inThread(Callable<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread unused =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    result.complete(task.call());
                  } catch (Throwable e) {
                    result.completeExceptionally(e);
                  }
                });
    return result;
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  private void assertNoThreadIsLeft() throws InterruptedException {
    List<Thread> all = new ArrayList<>(handlers);
    all.addAll(listener.acceptors());
    for (Thread thread : all) {
      assertThat(thread.join(LONG)).isTrue();
    }
  }

  @Test
  void stop_closesListenerAndWaitsForHandlers() throws Exception {
    FlowServer server = serve(flow -> release.await());
    FakeFlow flow = listener.connect();
    awaitServing(1);
    CompletableFuture<Boolean> stopped = inThread(() -> server.stop(SECOND));
    time.awaitTimers(1, LONG);
    assertThat(listener.isClosed()).isTrue();
    assertThat(flow.isOpen()).isTrue();
    time.advance(SECOND.minusNanos(1));
    assertThat(stopped.isDone()).isFalse();
    release.countDown();
    assertThat(get(stopped)).isTrue();
    assertThat(flow.isOpen()).isFalse();
    assertThat(reporter.isEmpty()).isTrue();
    assertThat(time.timers()).isEqualTo(0);
    assertNoThreadIsLeft();
  }

  @Test
  void stop_afterLimit_closesFlowsAndInterruptsHandlers() throws Exception {
    AtomicBoolean interrupted = new AtomicBoolean();
    FlowServer server =
        serve(
            flow -> {
              try {
                readToEnd(flow);
              } finally {
                interrupted.set(Thread.currentThread().isInterrupted());
              }
            });
    FakeFlow flow = listener.connect();
    awaitServing(1);
    CompletableFuture<Boolean> stopped = inThread(() -> server.stop(SECOND));
    time.awaitTimers(1, LONG);
    time.advance(SECOND);
    assertThat(get(stopped)).isFalse();
    assertThat(flow.isOpen()).isFalse();
    assertThat(reporter.next().failure()).isInstanceOf(ClosedChannelException.class);
    assertThat(server.flows()).isEqualTo(0);
    assertNoThreadIsLeft();
  }

  @Test
  void stop_zeroLimit_forcesAtOnce() throws Exception {
    FlowServer server = serve(flow -> release.await());
    FakeFlow flow = listener.connect();
    awaitServing(1);
    assertThat(server.stop(Duration.ZERO)).isFalse();
    assertThat(flow.isOpen()).isFalse();
    assertThat(reporter.next().failure()).isInstanceOf(InterruptedException.class);
    assertNoThreadIsLeft();
  }

  @Test
  void stop_zeroLimitWithoutFlows_isGraceful() throws Exception {
    FlowServer server = serve(flow -> {});
    assertThat(server.stop(Duration.ZERO)).isTrue();
    assertThat(server.stop(Duration.ofSeconds(-1))).isTrue();
    assertNoThreadIsLeft();
  }

  @Test
  void close_waitsFiveSeconds_thenForces() throws Exception {
    FlowServer server = serve(FlowServerStopTest::readToEnd);
    FakeFlow flow = listener.connect();
    awaitServing(1);
    CompletableFuture<Boolean> closed =
        inThread(
            () -> {
              server.close();
              return true;
            });
    time.awaitTimers(1, LONG);
    time.advance(Duration.ofSeconds(5).minusNanos(1));
    assertThat(flow.isOpen()).isTrue();
    time.advance(Duration.ofNanos(1));
    assertThat(get(closed)).isTrue();
    assertThat(flow.isOpen()).isFalse();
    assertNoThreadIsLeft();
  }

  @Test
  void handler_neverEnds_isReportedAndLeft() throws Exception {
    FlowServer server = serve(flow -> insist());
    FakeFlow flow = listener.connect();
    awaitServing(1);
    CompletableFuture<Boolean> stopped = inThread(() -> server.stop(Duration.ZERO));
    assertThat(flow.awaitClosed()).isTrue();
    for (Thread acceptor : listener.acceptors()) {
      assertThat(acceptor.join(LONG)).isTrue(); // only the handler is left
    }
    time.awaitTimers(1, LONG);
    time.advance(FORCED_LIMIT);
    assertThat(get(stopped)).isFalse();
    FakeReporter.Report report = reporter.next();
    assertThat(report.what()).isEqualTo("stopped, but a thread goes on: " + flow.remote());
    assertThat(report.failure()).hasMessageThat().isEqualTo("not ended within 5 s");
    assertThat(server.flows()).isEqualTo(1);
    release.countDown();
    assertThat(server.stop(LONG)).isFalse();
    assertThat(server.flows()).isEqualTo(0);
    assertNoThreadIsLeft();
  }

  @Test
  void flow_closeHangs_doesNotBlockStop() throws Exception {
    FlowServer server = serve(flow -> release.await());
    listener.connect(new FakeFlow(this::insist));
    FakeFlow other = listener.connect();
    awaitServing(2);
    CompletableFuture<Boolean> stopped = inThread(() -> server.stop(Duration.ZERO));
    assertThat(other.awaitClosed()).isTrue();
    time.awaitTimers(1, LONG);
    time.advance(FORCED_LIMIT);
    assertThat(get(stopped)).isFalse();
    release.countDown();
    assertThat(server.stop(LONG)).isFalse();
    assertNoThreadIsLeft();
  }

  @Test
  void handler_stopsServer_doesNotWaitForItself() throws Exception {
    CompletableFuture<FlowServer> server = new CompletableFuture<>();
    CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    CompletableFuture<Boolean> openAfterwards = new CompletableFuture<>();
    server.complete(
        serve(
            flow -> {
              insist();
              stopped.complete(server.join().stop(LONG));
              openAfterwards.complete(flow.isOpen());
            }));
    FakeFlow flow = listener.connect();
    awaitServing(1);
    release.countDown();
    assertThat(get(stopped)).isTrue();
    assertThat(get(openAfterwards)).isTrue();
    assertThat(flow.awaitClosed()).isTrue();
    assertNoThreadIsLeft();
  }

  @Test
  void handler_stopsByForce_keepsOwnFlow() throws Exception {
    CompletableFuture<FlowServer> server = new CompletableFuture<>();
    FakeFlow own = new FakeFlow();
    CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    server.complete(
        serve(
            flow -> {
              if (flow == own) {
                insist();
                boolean graceful = server.join().stop(Duration.ZERO);
                stopped.complete(
                    !graceful && flow.isOpen() && !Thread.currentThread().isInterrupted());
              } else {
                readToEnd(flow);
              }
            }));
    listener.connect(own);
    FakeFlow other = listener.connect();
    awaitServing(2);
    release.countDown();
    assertThat(get(stopped)).isTrue();
    assertThat(other.isOpen()).isFalse();
    assertThat(own.awaitClosed()).isTrue();
    assertNoThreadIsLeft();
  }

  @RepeatedTest(50)
  void handlers_allStop_doNotWaitForEachOther() throws Exception {
    CompletableFuture<FlowServer> server = new CompletableFuture<>();
    server.complete(
        serve(
            flow -> {
              release.await();
              assertThat(server.join().stop(LONG)).isTrue();
            }));
    for (int i = 0; i < 5; i++) {
      listener.connect();
    }
    awaitServing(5);
    release.countDown();
    assertThat(server.join().stop(LONG)).isTrue(); // the clock stands still, so no limit passes
    assertNoThreadIsLeft();
    assertThat(reporter.isEmpty()).isTrue();
  }

  @Test
  void reporter_stopsServer_ends() throws Exception {
    CompletableFuture<FlowServer> server = new CompletableFuture<>();
    CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    server.complete(
        FlowServer.builder()
            .timeSource(time)
            .reporter((what, failure) -> stopped.complete(server.join().stop(LONG)))
            .serve(listener, flow -> {}));
    listener.fail(new IOException("too many open files"));
    assertThat(get(stopped)).isTrue();
    assertNoThreadIsLeft();
  }

  @Test
  void stop_interrupted_forcesAndKeepsStatus() throws Exception {
    FlowServer server = serve(FlowServerStopTest::readToEnd);
    FakeFlow flow = listener.connect();
    awaitServing(1);
    CompletableFuture<Boolean> keptAndForced = new CompletableFuture<>();
    Thread waiter =
        Thread.ofVirtual()
            .start(
                () -> {
                  boolean graceful = server.stop(LONG);
                  keptAndForced.complete(!graceful && Thread.currentThread().isInterrupted());
                });
    time.awaitTimers(1, LONG);
    waiter.interrupt();
    assertThat(get(keptAndForced)).isTrue();
    assertThat(flow.isOpen()).isFalse();
    assertNoThreadIsLeft();
  }

  @Test
  void stop_pendingInterrupt_forcesAtOnceAndKeepsStatus() throws Exception {
    FlowServer server = serve(FlowServerStopTest::readToEnd);
    FakeFlow flow = listener.connect();
    awaitServing(1);
    assertThat(
            get(
                inThread(
                    () -> {
                      Thread.currentThread().interrupt();
                      boolean graceful = server.stop(LONG);
                      return !graceful && Thread.currentThread().isInterrupted();
                    })))
        .isTrue();
    assertThat(flow.isOpen()).isFalse();
    assertNoThreadIsLeft();
  }

  @Test
  void stop_duringAcceptPause_endsIt() throws Exception {
    FlowServer server = serve(flow -> {});
    listener.fail(new IOException("too many open files"));
    time.awaitTimers(1, LONG);
    assertThat(server.stop(LONG)).isTrue();
    assertThat(time.timers()).isEqualTo(0);
    assertNoThreadIsLeft();
  }

  @Test
  void flow_acceptedDuringStop_isClosedUnserved() throws Exception {
    FakeFlow late = new FakeFlow();
    CountDownLatch accepting = new CountDownLatch(1);
    FlowServer server = serve(flow -> {});
    listener.next(
        () -> {
          accepting.countDown();
          insist();
          return late;
        });
    assertThat(accepting.await(20, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Boolean> stopped = inThread(() -> server.stop(LONG));
    time.awaitTimers(1, LONG);
    release.countDown();
    assertThat(get(stopped)).isTrue();
    assertThat(late.isOpen()).isFalse();
    assertThat(handlers).isEmpty();
  }

  @Test
  void listener_closeFails_isReported() throws Exception {
    FlowListener stubborn =
        new FlowListener() {
          @Override
          public Flow accept() throws IOException {
            return listener.accept();
          }

          @Override
          public String address() {
            return listener.address();
          }

          @Override
          public void close() throws IOException {
            listener.close();
            throw new IOException("stubborn");
          }
        };
    FlowServer server = FlowServer.builder().reporter(reporter).serve(stubborn, flow -> {});
    assertThat(server.stop(LONG)).isTrue();
    assertThat(reporter.next().what()).isEqualTo("cannot close the listener");
  }

  @RepeatedTest(100)
  void stop_racingAcceptsAndStops_ends() throws Exception {
    FlowServer server = serve(FlowServerStopTest::readToEnd);
    Set<FakeFlow> accepted = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 20; i++) {
      listener.next(
          () -> {
            FakeFlow flow = new FakeFlow();
            accepted.add(flow);
            return flow;
          });
    }
    List<CompletableFuture<Boolean>> stops = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Duration limit = i == 0 ? Duration.ZERO : LONG;
      stops.add(inThread(() -> server.stop(limit)));
    }
    boolean graceful = get(stops.getFirst());
    for (CompletableFuture<Boolean> stop : stops) {
      assertThat(get(stop)).isEqualTo(graceful);
    }
    assertThat(server.flows()).isEqualTo(0);
    assertThat(server.stop(Duration.ZERO)).isEqualTo(graceful);
    assertNoThreadIsLeft();
    assertThat(accepted.stream().noneMatch(FakeFlow::isOpen)).isTrue();
  }
}
