package dev.mimic.flow;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.flow.FlowPipeTest.bytes;
import static dev.mimic.flow.FlowPipeTest.read;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.FlowPipeTask.On;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests of blocked threads in a pipe, and of the events that wake them, on both kinds of thread.
 */
@ParameterizedClass
@EnumSource(On.class)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlowPipeBlockingTest {
  private static final int CAPACITY = 8;

  @Parameter On kind = On.VIRTUAL;

  private final FlowPipe pipe = FlowPipe.builder().capacity(CAPACITY).build();
  private final FlowPipe.End near = pipe.near();
  private final FlowPipe.End far = pipe.far();

  private FlowPipeTask<String> blockedRead(Flow flow) {
    return FlowPipeTask.blocked(kind, () -> read(flow));
  }

  private FlowPipeTask<Integer> blockedWrite(Flow flow, String text) {
    return FlowPipeTask.blocked(kind, () -> flow.write(bytes(text)));
  }

  @Test
  void read_noBytes_waitsForFirst() throws Exception {
    FlowPipeTask<String> reader = blockedRead(far);
    near.write(bytes("x"));
    assertThat(reader.result()).isEqualTo("x");
  }

  @Test
  void waitingRead_peerShutsOutput_ends() throws Exception {
    FlowPipeTask<String> reader = blockedRead(far);
    near.shutdownOutput();
    assertThat(reader.result()).isEqualTo("<end>");
  }

  @Test
  void waitingRead_peerCloses_ends() throws Exception {
    FlowPipeTask<String> reader = blockedRead(far);
    near.close();
    assertThat(reader.result()).isEqualTo("<end>");
  }

  @Test
  void waitingRead_peerResets_fails() throws Exception {
    FlowPipeTask<String> reader = blockedRead(far);
    near.reset();
    reader.failure(PeerGoneException.class);
    assertThat(far.isOpen()).isTrue();
  }

  @Test
  void waitingRead_ownInputShut_ends() throws Exception {
    FlowPipeTask<String> reader = blockedRead(far);
    far.shutdownInput();
    assertThat(reader.result()).isEqualTo("<end>");
  }

  @Test
  void close_wakesAllReaders() {
    List<FlowPipeTask<String>> readers = List.of(blockedRead(far), blockedRead(far));
    far.close();
    readers.forEach(reader -> reader.failure(AsynchronousCloseException.class));
    assertThrows(ClosedChannelException.class, () -> read(far));
  }

  @Test
  void close_wakesAllWriters_alsoQueuedOnes() {
    List<FlowPipeTask<Integer>> writers =
        List.of(blockedWrite(near, "0123456789"), blockedWrite(near, "a"), blockedWrite(near, ""));
    near.close();
    writers.forEach(writer -> writer.failure(AsynchronousCloseException.class));
  }

  @Test
  void shutdownOutput_wakesAllWriters() throws Exception {
    List<FlowPipeTask<Integer>> writers =
        List.of(blockedWrite(near, "0123456789"), blockedWrite(near, "a"));
    near.shutdownOutput();
    writers.forEach(writer -> writer.failure(AsynchronousCloseException.class));
    assertThat(read(far)).isEqualTo("01234567");
    assertThat(read(far)).isEqualTo("<end>");
  }

  @Test
  void write_fullPipe_waitsUntilAllIsAccepted() throws Exception {
    FlowPipeTask<Integer> writer = blockedWrite(near, "0123456789abcdefghi");
    assertThat(read(far)).isEqualTo("01234567");
    StringBuilder rest = new StringBuilder();
    while (rest.length() < 11) {
      rest.append(read(far));
    }
    assertThat(rest.toString()).isEqualTo("89abcdefghi");
    assertThat(writer.result()).isEqualTo(19);
  }

  @Test
  void waitingWrite_peerCloses_fails() {
    List<FlowPipeTask<Integer>> writers =
        List.of(blockedWrite(near, "0123456789"), blockedWrite(near, "a"));
    far.close();
    writers.forEach(writer -> writer.failure(PeerGoneException.class));
    assertThrows(PeerGoneException.class, () -> read(near)); // it closed with input unread
  }

  @Test
  void waitingWrite_peerShutsInput_succeeds() throws Exception {
    FlowPipeTask<Integer> first = blockedWrite(near, "0123456789");
    FlowPipeTask<Integer> second = blockedWrite(near, "a");
    far.shutdownInput();
    assertThat(first.result()).isEqualTo(10);
    assertThat(second.result()).isEqualTo(1);
  }

  @Test
  void readAndWrite_sameEnd_doNotBlockEachOther() throws Exception {
    FlowPipeTask<String> reader = blockedRead(near);
    near.write(bytes("out"));
    assertThat(read(far)).isEqualTo("out");
    FlowPipeTask<Integer> writer = blockedWrite(near, "0123456789");
    far.write(bytes("in"));
    assertThat(reader.result()).isEqualTo("in");
    near.close();
    writer.failure(AsynchronousCloseException.class);
  }

  @Test
  void writes_concurrent_areNotMixed() throws Exception {
    FlowPipeTask<Integer> first = blockedWrite(near, "aaaaaaaaaaaa");
    FlowPipeTask<Long> second =
        FlowPipeTask.blocked(
            kind, () -> near.write(new ByteBuffer[] {bytes("bbbbb"), bytes("ccccc")}));
    StringBuilder all = new StringBuilder();
    while (all.length() < 22) {
      all.append(read(far));
    }
    assertThat(all.toString()).isEqualTo("aaaaaaaaaaaabbbbbccccc");
    assertThat(first.result()).isEqualTo(12);
    assertThat(second.result()).isEqualTo(10);
  }

  @Test
  void tryWrite_duringWrite_returnsZero() throws Exception {
    FlowPipeTask<Integer> writer = blockedWrite(near, "0123456789");
    assertThat(near.tryWrite(bytes("x"))).isEqualTo(0);
    assertThat(read(far)).isEqualTo("01234567");
    assertThat(writer.result()).isEqualTo(10);
    assertThat(near.tryWrite(bytes("x"))).isEqualTo(1);
    assertThat(read(far)).isEqualTo("89x");
  }

  @Test
  void readers_many_getEachByteOnce() throws Exception {
    List<FlowPipeTask<Integer>> readers =
        IntStream.range(0, CAPACITY)
            .mapToObj(
                i ->
                    FlowPipeTask.blocked(
                        kind,
                        () -> {
                          ByteBuffer one = ByteBuffer.allocate(1);
                          far.read(one);
                          return (int) one.get(0);
                        }))
            .toList();
    near.write(bytes("abcdefgh"));
    TreeSet<Integer> got = new TreeSet<>();
    for (FlowPipeTask<Integer> reader : readers) {
      got.add(reader.result());
    }
    assertThat(got).containsExactlyElementsIn("abcdefgh".chars().boxed().toList()).inOrder();
  }

  @Test
  void interrupt_duringRead_closesFlowAndKeepsStatus() throws Exception {
    FlowPipeTask<String> reader = blockedRead(far);
    FlowPipeTask<String> other = blockedRead(far);
    reader.interrupt();
    reader.failure(ClosedByInterruptException.class);
    assertThat(reader.endedInterrupted()).isTrue();
    other.failure(AsynchronousCloseException.class);
    assertThat(other.endedInterrupted()).isFalse();
    assertThat(far.isOpen()).isFalse();
    assertThat(read(near)).isEqualTo("<end>");
  }

  @Test
  void interrupt_duringWrite_closesFlowAndKeepsStatus() throws Exception {
    FlowPipeTask<Integer> writer = blockedWrite(near, "0123456789");
    FlowPipeTask<Integer> other = blockedWrite(near, "x");
    writer.interrupt();
    writer.failure(ClosedByInterruptException.class);
    assertThat(writer.endedInterrupted()).isTrue();
    other.failure(AsynchronousCloseException.class);
    assertThat(near.isOpen()).isFalse();
    assertThat(read(far)).isEqualTo("01234567");
    assertThat(read(far)).isEqualTo("<end>");
  }

  @Test
  void interrupt_inQueue_closesFlowAndKeepsStatus() {
    FlowPipeTask<Integer> writer = blockedWrite(near, "0123456789");
    FlowPipeTask<Integer> queued = blockedWrite(near, "x");
    queued.interrupt();
    queued.failure(ClosedByInterruptException.class);
    assertThat(queued.endedInterrupted()).isTrue();
    writer.failure(AsynchronousCloseException.class);
    assertThat(near.isOpen()).isFalse();
  }

  @Test
  void pendingInterrupt_withoutWait_closesFlow() throws Exception {
    near.write(bytes("there"));
    FlowPipeTask<String> reader =
        FlowPipeTask.start(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return read(far);
            });
    reader.failure(ClosedByInterruptException.class);
    assertThat(reader.endedInterrupted()).isTrue();
    assertThrows(PeerGoneException.class, () -> read(near)); // "there" was left unread

    FlowPipe another = FlowPipe.create();
    FlowPipeTask<Integer> writer =
        FlowPipeTask.start(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return another.near().write(bytes("x"));
            });
    writer.failure(ClosedByInterruptException.class);
    assertThat(writer.endedInterrupted()).isTrue();
    assertThat(read(another.far())).isEqualTo("<end>");
  }

  @Test
  void pendingInterrupt_outputShut_closesFlow() throws Exception {
    near.shutdownOutput();
    FlowPipeTask<Integer> writer =
        FlowPipeTask.start(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return near.write(bytes("x"));
            });
    writer.failure(ClosedByInterruptException.class);
    assertThat(writer.endedInterrupted()).isTrue();
    assertThat(near.isOpen()).isFalse();
  }

  @Test
  void closedFlow_interruptedThread_throwsClosedChannel() {
    far.close();
    FlowPipeTask<String> reader =
        FlowPipeTask.start(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return read(far);
            });
    reader.failure(ClosedChannelException.class);
    assertThat(reader.endedInterrupted()).isTrue();
    FlowPipeTask<Integer> writer =
        FlowPipeTask.start(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return far.write(bytes("x"));
            });
    writer.failure(ClosedChannelException.class);
  }

  @Test
  void nonBlockingMethods_ignoreInterrupts() throws Exception {
    FlowPipeTask<Integer> task =
        FlowPipeTask.start(
            kind,
            () -> {
              Thread.currentThread().interrupt();
              return near.tryWrite(bytes("ab")) + far.tryRead(ByteBuffer.allocate(9));
            });
    assertThat(task.result()).isEqualTo(4);
    assertThat(task.endedInterrupted()).isTrue();
    assertThat(near.isOpen()).isTrue();
  }
}
