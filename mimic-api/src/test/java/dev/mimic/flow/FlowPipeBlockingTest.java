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

/** What keeps a thread waiting in a pipe, and what wakes it: on both kinds of thread. */
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
  void aReadWaitsForTheFirstByte() throws Exception {
    FlowPipeTask<String> reader = blockedRead(far);
    near.write(bytes("x"));
    assertThat(reader.result()).isEqualTo("x");
  }

  @Test
  void aReadThatWaitsEndsWhenThePeerShutsItsOutput() throws Exception {
    FlowPipeTask<String> reader = blockedRead(far);
    near.shutdownOutput();
    assertThat(reader.result()).isEqualTo("<end>");
  }

  @Test
  void aReadThatWaitsEndsWhenThePeerCloses() throws Exception {
    FlowPipeTask<String> reader = blockedRead(far);
    near.close();
    assertThat(reader.result()).isEqualTo("<end>");
  }

  @Test
  void aReadThatWaitsFailsWhenThePeerIsReset() throws Exception {
    FlowPipeTask<String> reader = blockedRead(far);
    near.reset();
    reader.failure(PeerGoneException.class);
    assertThat(far.isOpen()).isTrue();
  }

  @Test
  void aReadThatWaitsEndsWhenItsOwnInputIsShut() throws Exception {
    FlowPipeTask<String> reader = blockedRead(far);
    far.shutdownInput();
    assertThat(reader.result()).isEqualTo("<end>");
  }

  @Test
  void closingWakesEveryThreadThatReadsHere() {
    List<FlowPipeTask<String>> readers = List.of(blockedRead(far), blockedRead(far));
    far.close();
    readers.forEach(reader -> reader.failure(AsynchronousCloseException.class));
    assertThrows(ClosedChannelException.class, () -> read(far));
  }

  @Test
  void closingWakesEveryThreadThatWritesHereAlsoOneThatWaitsItsTurn() {
    List<FlowPipeTask<Integer>> writers =
        List.of(blockedWrite(near, "0123456789"), blockedWrite(near, "a"), blockedWrite(near, ""));
    near.close();
    writers.forEach(writer -> writer.failure(AsynchronousCloseException.class));
  }

  @Test
  void shuttingTheOutputWakesEveryThreadThatWritesHere() throws Exception {
    List<FlowPipeTask<Integer>> writers =
        List.of(blockedWrite(near, "0123456789"), blockedWrite(near, "a"));
    near.shutdownOutput();
    writers.forEach(writer -> writer.failure(AsynchronousCloseException.class));
    assertThat(read(far)).isEqualTo("01234567");
    assertThat(read(far)).isEqualTo("<end>");
  }

  @Test
  void aWriteWaitsUntilAllIsAccepted() throws Exception {
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
  void aWriteThatWaitsFailsWhenThePeerCloses() {
    List<FlowPipeTask<Integer>> writers =
        List.of(blockedWrite(near, "0123456789"), blockedWrite(near, "a"));
    far.close();
    writers.forEach(writer -> writer.failure(PeerGoneException.class));
    assertThrows(PeerGoneException.class, () -> read(near)); // it closed with input unread
  }

  @Test
  void aWriteThatWaitsIsDoneWhenThePeerShutsItsInput() throws Exception {
    FlowPipeTask<Integer> first = blockedWrite(near, "0123456789");
    FlowPipeTask<Integer> second = blockedWrite(near, "a");
    far.shutdownInput();
    assertThat(first.result()).isEqualTo(10);
    assertThat(second.result()).isEqualTo(1);
  }

  @Test
  void readingDoesNotWaitForWritingNorWritingForReading() throws Exception {
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
  void twoWritesAreNotMixed() throws Exception {
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
  void tryWriteDoesNotGetIntoTheMidstOfAWrite() throws Exception {
    FlowPipeTask<Integer> writer = blockedWrite(near, "0123456789");
    assertThat(near.tryWrite(bytes("x"))).isEqualTo(0);
    assertThat(read(far)).isEqualTo("01234567");
    assertThat(writer.result()).isEqualTo(10);
    assertThat(near.tryWrite(bytes("x"))).isEqualTo(1);
    assertThat(read(far)).isEqualTo("89x");
  }

  @Test
  void manyReadersGetEveryByteOnceEvenIfEachTakesOnlyOne() throws Exception {
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
  void anInterruptDuringAReadClosesTheFlowAndIsKept() throws Exception {
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
  void anInterruptDuringAWriteClosesTheFlowAndIsKept() throws Exception {
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
  void anInterruptWhileWaitingForATurnClosesTheFlowAndIsKept() {
    FlowPipeTask<Integer> writer = blockedWrite(near, "0123456789");
    FlowPipeTask<Integer> queued = blockedWrite(near, "x");
    queued.interrupt();
    queued.failure(ClosedByInterruptException.class);
    assertThat(queued.endedInterrupted()).isTrue();
    writer.failure(AsynchronousCloseException.class);
    assertThat(near.isOpen()).isFalse();
  }

  @Test
  void anInterruptThatIsPendingClosesTheFlowEvenIfNothingWouldWait() throws Exception {
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
  void anInterruptThatIsPendingClosesTheFlowAlsoWhereItsOutputIsShut() throws Exception {
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
  void closedBeatsInterrupted() {
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
  void theMethodsThatDoNotBlockDoNotLookAtInterrupts() throws Exception {
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
