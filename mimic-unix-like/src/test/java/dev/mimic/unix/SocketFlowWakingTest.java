package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.unix.Loopback.readOne;

import dev.mimic.flow.Flow;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import dev.mimic.unix.Loopback.Family;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests that a close or an interrupt wakes threads that are blocked in a flow or wait for a lock.
 */
@ParameterizedClass
@EnumSource
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SocketFlowWakingTest {
  private final Family family;
  private Loopback pair;
  private Flow near;

  SocketFlowWakingTest(Family family) {
    this.family = family;
  }

  @BeforeEach
  void connect() throws IOException {
    pair = family.open();
    near = pair.near();
  }

  @AfterEach
  void close() throws IOException {
    pair.close();
  }

  @ParameterizedTest
  @EnumSource
  void close_readersAndWritersBlocked_wakesAll(ThreadKind kind) throws Exception {
    List<Running<?>> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiting.add(Running.start(kind, () -> readOne(near)).awaitBlocked());
      waiting.add(Running.start(kind, () -> Loopback.writeForever(near)).awaitBlocked());
    }

    near.close();

    for (Running<?> each : waiting) {
      each.failure(AsynchronousCloseException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void close_timedReadBlocked_wakesIt(ThreadKind kind) throws Exception {
    near.readTimeout(Duration.ofSeconds(50));
    Running<Integer> reader = Running.start(kind, () -> readOne(near)).awaitBlocked();

    near.close();

    reader.failure(AsynchronousCloseException.class);
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_ofReader_closesFlow(ThreadKind kind) throws Exception {
    Running<Integer> reader = Running.start(kind, () -> readOne(near)).awaitBlocked();

    assertInterruptCloses(reader);
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_ofTimedReader_closesFlow(ThreadKind kind) throws Exception {
    near.readTimeout(Duration.ofSeconds(50));
    Running<Integer> reader = Running.start(kind, () -> readOne(near)).awaitBlocked();

    assertInterruptCloses(reader);
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_ofWriter_closesFlow(ThreadKind kind) throws Exception {
    Running<Void> writer = Running.start(kind, () -> Loopback.writeForever(near)).awaitBlocked();

    assertInterruptCloses(writer);
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_ofReaderWaitingForLock_closesFlow(ThreadKind kind) throws Exception {
    Running<Integer> first = Running.start(kind, () -> readOne(near)).awaitBlocked();
    Running<Integer> second = Running.start(kind, () -> readOne(near)).awaitBlocked();

    assertInterruptCloses(second);
    first.failure(AsynchronousCloseException.class);
  }

  @ParameterizedTest
  @EnumSource
  void interrupt_ofWriterWaitingForLock_closesFlow(ThreadKind kind) throws Exception {
    Running<Void> first = Running.start(kind, () -> Loopback.writeForever(near)).awaitBlocked();
    Running<Integer> second =
        Running.start(kind, () -> near.write(ByteBuffer.allocate(1))).awaitBlocked();

    assertInterruptCloses(second);
    first.failure(AsynchronousCloseException.class);
  }

  private void assertInterruptCloses(Running<?> blocked) {
    blocked.interrupt();

    blocked.failure(ClosedByInterruptException.class);
    assertThat(blocked.endedInterrupted()).isTrue();
    assertThat(near.isOpen()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void pendingInterrupt_readWithData_closesFlow(ThreadKind kind) throws Exception {
    pair.far().write(ByteBuffer.allocate(1));
    Running<Integer> reader =
        Running.start(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return readOne(near);
            });

    reader.failure(ClosedByInterruptException.class);
    assertThat(reader.endedInterrupted()).isTrue();
    assertThat(near.isOpen()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void pendingInterrupt_write_closesFlow(ThreadKind kind) throws Exception {
    Running<Integer> writer =
        Running.start(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return near.write(ByteBuffer.allocate(1));
            });

    writer.failure(ClosedByInterruptException.class);
    assertThat(writer.endedInterrupted()).isTrue();
    assertThat(readOne(pair.far())).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource
  void pendingInterrupt_afterShutdownOutput_closesFlow(ThreadKind kind) throws Exception {
    near.shutdownOutput();
    Running<Integer> writer =
        Running.start(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return near.write(ByteBuffer.allocate(1));
            });

    writer.failure(ClosedByInterruptException.class);
    assertThat(writer.endedInterrupted()).isTrue();
    assertThat(near.isOpen()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void closedFlow_interruptedThread_throwsClosedChannel(ThreadKind kind) throws Exception {
    near.close();
    Running<Integer> reader =
        Running.start(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return readOne(near);
            });

    ClosedChannelException failure = reader.failure(ClosedChannelException.class);
    assertThat(failure.getClass()).isEqualTo(ClosedChannelException.class);
    assertThat(reader.endedInterrupted()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void read_duringWrite_isIndependent(ThreadKind kind) throws Exception {
    Running<Void> writer = Running.start(kind, () -> Loopback.writeForever(near)).awaitBlocked();
    pair.far().write(ByteBuffer.allocate(1));
    assertThat(readOne(near)).isEqualTo(1);

    Running<Integer> reader = Running.start(kind, () -> readOne(near)).awaitBlocked();
    pair.far().write(ByteBuffer.allocate(1));
    assertThat(reader.result()).isEqualTo(1);
    near.close();
    writer.failure(AsynchronousCloseException.class);
  }

  @ParameterizedTest
  @EnumSource
  void read_afterFirstReaderIsDone_proceeds(ThreadKind kind) throws Exception {
    Running<Integer> first = Running.start(kind, () -> readOne(near)).awaitBlocked();
    Running<Integer> second = Running.start(kind, () -> readOne(near)).awaitBlocked();

    pair.far().write(ByteBuffer.allocate(2));

    assertThat(first.result()).isEqualTo(1);
    assertThat(second.result()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void close_racingWithReadsAndWrites_endsThem(ThreadKind kind) throws Exception {
    for (int i = 0; i < 200; i++) {
      try (Loopback race = family.open()) {
        Running<Integer> reader = Running.start(kind, () -> readOne(race.near()));
        Running<Void> writer = Running.start(kind, () -> Loopback.writeForever(race.near()));
        Running<Integer> timed =
            Running.start(
                kind,
                () -> {
                  race.far().readTimeout(Duration.ofSeconds(50));
                  while (race.far().read(ByteBuffer.allocate(100_000)) >= 0) {}
                  return -1;
                });
        for (int spin = 0; spin < i * 50; spin++) {
          Thread.onSpinWait();
        }
        race.near().close();

        assertThat(reader.failure().orElseThrow()).isInstanceOf(ClosedChannelException.class);
        assertThat(writer.failure().orElseThrow()).isInstanceOf(ClosedChannelException.class);
        assertThat(timed.result()).isEqualTo(-1);
      }
    }
  }
}
