package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RunningTest {

  @ParameterizedTest
  @EnumSource
  void start_runsInThreadOfKindAndReturnsResult(ThreadKind kind) throws Exception {
    Running<Boolean> running = Running.start(kind, () -> Thread.currentThread().isVirtual());
    assertThat(running.result()).isEqualTo(kind == ThreadKind.VIRTUAL);
    assertThat(running.isDone()).isTrue();
    assertThat(running.failure()).isEmpty();
    assertThat(running.endedInterrupted()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void failure_ofThrowingTask_returnsException(ThreadKind kind) {
    IOException thrown = new IOException("failed");
    Running<Void> running =
        Running.start(
            kind,
            () -> {
              throw thrown;
            });
    assertThat(running.failure(IOException.class)).isSameInstanceAs(thrown);
    assertThat(running.failure()).hasValue(thrown);
    assertThat(assertThrows(ExecutionException.class, running::result))
        .hasCauseThat()
        .isSameInstanceAs(thrown);
    AssertionError other =
        assertThrows(AssertionError.class, () -> running.failure(Exception.class));
    assertThat(other).hasCauseThat().isSameInstanceAs(thrown);
    assertThat(other)
        .hasMessageThat()
        .isEqualTo("expected class java.lang.Exception: it threw java.io.IOException: failed");
  }

  @ParameterizedTest
  @EnumSource
  void awaitBlocked_ofEndedTask_fails(ThreadKind kind) {
    Running<Integer> running = Running.start(kind, () -> 7);
    AssertionError failure = assertThrows(AssertionError.class, running::awaitBlocked);
    assertThat(failure).hasMessageThat().isEqualTo("ended instead of blocking: it returned 7");
    assertThrows(AssertionError.class, () -> running.failure(IOException.class));
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_ofBlockedTask_setsStatus(ThreadKind kind) {
    CountDownLatch never = new CountDownLatch(1);
    Running<Boolean> running =
        Running.blocked(
            kind,
            () -> {
              try {
                never.await();
                return false;
              } finally {
                Thread.currentThread().interrupt();
              }
            });
    running.interrupt();
    running.failure(InterruptedException.class);
    assertThat(running.endedInterrupted()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void result_afterTimeout_showsStack(ThreadKind kind) {
    CountDownLatch end = new CountDownLatch(1);
    Running<Void> running =
        Running.start(
            kind,
            Duration.ofMillis(200),
            () -> {
              end.await();
              return null;
            });
    AssertionError timedOut = assertThrows(AssertionError.class, running::result);
    assertThat(timedOut).hasMessageThat().contains("has not ended within PT0.2S");
    assertThat(timedOut).hasMessageThat().contains("CountDownLatch.await");
    end.countDown();
  }
}
