package dev.mimic.flow;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of flows and failures of a server; {@link FlowServerStopTest} tests how it stops. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
@SuppressWarnings("try") // a server serves while it is open
final class FlowServerTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final FakeListener listener = new FakeListener();
  private final FakeReporter reporter = new FakeReporter();
  private final ManualTimeSource time = new ManualTimeSource();
  private final FlowServer.Builder builder =
      FlowServer.builder().name("test").reporter(reporter).timeSource(time);

  @AfterEach
  void closeListener() {
    listener.close();
  }

  private static void readToEnd(Flow flow) throws IOException {
    int unused = flow.read(ByteBuffer.allocate(1));
  }

  @Test
  void flow_served_hasOwnVirtualThread() throws Exception {
    BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
    try (FlowServer server =
        builder.serve(
            listener,
            flow -> {
              threads.add(Thread.currentThread());
              readToEnd(flow);
            })) {
      FakeFlow one = listener.connect();
      FakeFlow two = listener.connect();
      List<Thread> both = List.of(poll(threads), poll(threads));
      assertThat(both).containsNoDuplicates();
      assertThat(both.stream().allMatch(Thread::isVirtual)).isTrue();
      assertThat(both.stream().map(Thread::getName).toList()).containsExactly("test-1", "test-2");
      assertThat(server.flows()).isEqualTo(2);
      one.close();
      two.close();
    }
  }

  @Test
  void address_isThatOfListener() {
    try (FlowServer server = builder.serve(listener, flow -> {})) {
      assertThat(server.address()).isEqualTo(listener.address());
    }
  }

  @Test
  void flow_handlerReturns_isClosed() throws Exception {
    try (FlowServer server = builder.serve(listener, flow -> {})) {
      FakeFlow flow = listener.connect();
      assertThat(flow.awaitClosed()).isTrue();
      assertThat(server.stop(LONG)).isTrue();
      assertThat(server.flows()).isEqualTo(0);
      assertThat(reporter.isEmpty()).isTrue();
    }
  }

  @Test
  void flow_handlerThrows_isClosedAndReported() throws Exception {
    List<Throwable> failures =
        List.of(
            new IOException("a"),
            new IllegalStateException("b"),
            new InterruptedException("c"),
            new AssertionError("d"),
            new StackOverflowError("e"));
    BlockingQueue<Throwable> toThrow = new LinkedBlockingQueue<>(failures);
    try (FlowServer server =
        builder.serve(
            listener,
            flow -> {
              switch (toThrow.take()) {
                case Exception e -> throw e;
                case Error e -> throw e;
                default -> throw new AssertionError();
              }
            })) {
      for (Throwable failure : failures) {
        FakeFlow flow = listener.connect();
        assertThat(flow.awaitClosed()).isTrue();
        FakeReporter.Report report = reporter.next();
        assertThat(report.failure()).isSameInstanceAs(failure);
        assertThat(report.what()).isEqualTo("the handler of " + flow.remote() + " failed");
      }
    }
  }

  @Test
  void flow_closeFails_isReported() throws Exception {
    try (FlowServer server = builder.serve(listener, flow -> {})) {
      FakeFlow flow =
          new FakeFlow(
              () -> {
                throw new IOException("stuck");
              });
      listener.connect(flow);
      assertThat(reporter.next().what()).isEqualTo("cannot close the flow of " + flow.remote());
    }
  }

  @Test
  void reporter_throws_serverContinues() throws Exception {
    FlowServer.Reporter bad =
        (what, failure) -> {
          throw new AssertionError("a reporter that fails");
        };
    String log =
        logOf(
            () -> {
              try (FlowServer server =
                  FlowServer.builder()
                      .reporter(bad)
                      .timeSource(time)
                      .serve(
                          listener,
                          flow -> {
                            throw new IOException("of a handler");
                          })) {
                assertThat(listener.connect().awaitClosed()).isTrue();
                listener.fail(new IOException("of an accept"));
                time.awaitTimers(1, LONG);
                time.advance(Duration.ofMillis(10));
                assertThat(listener.connect().awaitClosed()).isTrue();
              }
            });
    assertThat(log).contains("of a handler");
    assertThat(log).contains("of an accept");
    assertThat(log).contains("a reporter that fails");
  }

  @Test
  void log_warnsOfFailures_notOfGonePeers() throws Exception {
    BlockingQueue<Exception> toThrow =
        new LinkedBlockingQueue<>(
            List.of(
                new PeerGoneException("gone away"),
                new ClosedChannelException(),
                new IOException("out of tune")));
    BlockingQueue<FakeFlow> flows = new LinkedBlockingQueue<>();
    String log =
        logOf(
            () -> {
              try (FlowServer server =
                  FlowServer.serve(
                      listener,
                      flow -> {
                        throw toThrow.take();
                      })) {
                for (int i = 0; i < 3; i++) {
                  flows.add(listener.connect());
                  assertThat(listener.awaitAccept()).isTrue();
                }
                for (FakeFlow flow : flows) {
                  assertThat(flow.awaitClosed()).isTrue();
                }
              }
            });
    assertThat(log).contains("WARN dev.mimic.flow.FlowServer - the handler of fake-peer-");
    assertThat(log).contains("java.io.IOException: out of tune");
    assertThat(log).doesNotContain("gone away");
    assertThat(log).doesNotContain("ClosedChannelException");
  }

  @Test
  void accept_fails_isRetriedWithDoublingPauses() throws Exception {
    try (FlowServer server = builder.serve(listener, flow -> {})) {
      assertThat(listener.awaitAccept()).isTrue();
      for (long millis : new long[] {10, 20, 40, 80, 160, 320, 640, 1000, 1000}) {
        failOnceAndPause(millis);
      }
      FakeFlow flow = listener.connect(); // succeeds, so the pauses start again
      assertThat(listener.awaitAccept()).isTrue();
      failOnceAndPause(10);
      assertThat(flow.awaitClosed()).isTrue();
    }
    assertThat(reporter.isEmpty()).isTrue();
  }

  private void failOnceAndPause(long millis) throws Exception {
    listener.fail(new IOException("too many open files"));
    FakeReporter.Report report = reporter.next();
    assertThat(report.what()).isEqualTo("cannot accept");
    assertThat(report.failure()).hasMessageThat().isEqualTo("too many open files");
    time.awaitTimers(1, LONG);
    time.advance(Duration.ofMillis(millis).minusNanos(1));
    assertThat(time.timers()).isEqualTo(1);
    assertThat(listener.acceptsNotAwaited()).isEqualTo(0);
    time.advance(Duration.ofNanos(1));
    assertThat(listener.awaitAccept()).isTrue();
  }

  @Test
  void accept_throwsAnything_isRetried() throws Exception {
    try (FlowServer server = builder.serve(listener, flow -> {})) {
      listener.next(
          () -> {
            throw new AssertionError("not to be expected");
          });
      assertThat(reporter.next().failure()).hasMessageThat().isEqualTo("not to be expected");
      time.awaitTimers(1, LONG);
      time.advance(Duration.ofMillis(10));
      assertThat(listener.connect().awaitClosed()).isTrue();
    }
  }

  @Test
  void outOfMemory_ofOneConnection_isReportedAndSurvived() throws Exception {
    BlockingQueue<Error> toThrow = new LinkedBlockingQueue<>();
    try (FlowServer server =
        builder.serve(
            listener,
            flow -> {
              Error error = toThrow.poll();
              if (error != null) {
                throw error;
              }
            })) {
      toThrow.add(new OutOfMemoryError("in a handler"));
      assertThat(listener.connect().awaitClosed()).isTrue();
      assertThat(reporter.next().failure()).hasMessageThat().isEqualTo("in a handler");
      listener.next(
          () -> {
            throw new OutOfMemoryError("in accept");
          });
      assertThat(reporter.next().failure()).hasMessageThat().isEqualTo("in accept");
      time.awaitTimers(1, LONG);
      time.advance(Duration.ofMillis(10));
      assertThat(listener.connect().awaitClosed()).isTrue();
    }
  }

  @Test
  void outOfMemory_ofThePauseItself_doesNotEndTheServer() throws Exception {
    TimeSource exhausted =
        new TimeSource() {
          @Override
          public long nanoTime() {
            return 0;
          }

          @Override
          public Timer schedule(Duration delay, Runnable task) {
            if (delay.compareTo(Duration.ofSeconds(1)) > 0) {
              return time.schedule(delay, task); // of the stop
            }
            throw new OutOfMemoryError("for a timer");
          }
        };
    try (FlowServer server = builder.timeSource(exhausted).serve(listener, flow -> {})) {
      listener.fail(new IOException("too many open files"));
      assertThat(reporter.next().what()).isEqualTo("cannot accept");
      assertThat(reporter.next().failure()).hasMessageThat().isEqualTo("for a timer");
      assertThat(listener.connect().awaitClosed()).isTrue();
    }
  }

  @Test
  void listener_closedOutside_endsAcceptingOnly() throws Exception {
    CountDownLatch served = new CountDownLatch(1);
    FlowServer server =
        builder.serve(
            listener,
            flow -> {
              served.countDown();
              readToEnd(flow);
            });
    FakeFlow flow = listener.connect();
    assertThat(served.await(20, TimeUnit.SECONDS)).isTrue();
    listener.close();
    for (Thread acceptor : listener.acceptors()) {
      assertThat(acceptor.join(LONG)).isTrue();
    }
    assertThat(server.flows()).isEqualTo(1);
    assertThat(flow.isOpen()).isTrue();
    flow.close();
    assertThat(server.stop(LONG)).isTrue();
  }

  private interface Step {
    void run() throws Exception;
  }

  /** Returns the log, which is standard error, of a step. */
  private static String logOf(Step step) throws Exception {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(log, true, UTF_8));
    try {
      step.run();
    } finally {
      System.setErr(before);
    }
    return log.toString(UTF_8);
  }

  private static <T> T poll(BlockingQueue<T> queue) throws InterruptedException {
    T polled = queue.poll(20, TimeUnit.SECONDS);
    assertThat(polled).isNotNull();
    return java.util.Objects.requireNonNull(polled);
  }
}
