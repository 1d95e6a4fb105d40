package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.flow.Flow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;

/** The contract of concurrent reads and writes. */
interface ConcurrentUseLines extends FlowLines {

  @LineTest(801)
  @DisplayName("The bytes of one write stay together when other threads write.")
  default void write_besideOthers_staysContiguous() throws Exception {
    assertMessagesStayWhole(message -> near().write(ByteBuffer.wrap(message)));
  }

  @LineTest(802)
  @DisplayName("The bytes of one gathering write stay together when other threads write.")
  default void gatheringWrite_besideOthers_staysContiguous() throws Exception {
    assertMessagesStayWhole(
        message -> {
          ByteBuffer[] parts = new ByteBuffer[10];
          for (int i = 0; i < parts.length; i++) {
            parts[i] = ByteBuffer.wrap(message, i * message.length / 10, message.length / 10);
          }
          near().write(parts);
        });
  }

  /** A function that writes one message. */
  interface Write {
    void write(byte[] message) throws IOException;
  }

  private void assertMessagesStayWhole(Write write) throws Exception {
    int size = 200_000;
    List<Running<Void>> writers = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      byte[] message = new byte[size];
      Arrays.fill(message, (byte) i);
      writers.add(
          start(
              () -> {
                for (int n = 0; n < 10; n++) {
                  write.write(message);
                }
                return null;
              }));
    }
    for (int i = 0; i < 40; i++) {
      byte[] message = Bytes.read(far(), size);
      byte[] expected = new byte[size];
      Arrays.fill(expected, message[0]);
      assertThat(Arrays.equals(message, expected)).isTrue();
    }
    for (Running<Void> each : writers) {
      assertThat(each.result()).isNull();
    }
  }

  @LineTest(803)
  @DisplayName("Reading never waits for writing.")
  default void read_besideWaitingWrite_doesNotWait() throws Exception {
    blocked(() -> Bytes.writeForever(near()));
    far().write(Bytes.of(1));

    assertThat(Bytes.read(near(), 1)).isEqualTo(new byte[] {1});
  }

  @LineTest(804)
  @DisplayName("Writing never waits for reading.")
  default void write_besideWaitingRead_doesNotWait() throws Exception {
    blocked(() -> Bytes.readOne(near()));
    near().write(Bytes.of(1));

    assertThat(Bytes.read(far(), 1)).isEqualTo(new byte[] {1});
  }

  @LineTest(805)
  @DisplayName("Threads that wait to read each get bytes, and each byte is read once.")
  default void reads_byManyThreads_getEachByteOnce() throws Exception {
    List<Running<byte[]>> readers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      readers.add(blocked(() -> Bytes.read(near(), 1)));
    }
    far().write(Bytes.of(1, 2, 3, 4));

    TreeSet<Integer> read = new TreeSet<>();
    for (Running<byte[]> each : readers) {
      read.add((int) each.result()[0]);
    }
    assertThat(read).containsExactly(1, 2, 3, 4).inOrder();
  }

  @LineTest(806)
  @DisplayName("Two peers that both write without reading block, and reading resumes them.")
  default void writes_ofBothPeers_areFreedByReading() throws Exception {
    int count = 20 << 20;
    Running<Integer> ours = blocked(() -> near().write(ByteBuffer.allocate(count)));
    Running<Integer> theirs = blocked(() -> far().write(ByteBuffer.allocate(count)));

    Running<Integer> received = start(() -> drain(far(), count));
    assertThat(drain(near(), count)).isEqualTo(count);
    assertThat(received.result()).isEqualTo(count);
    assertThat(ours.result()).isEqualTo(count);
    assertThat(theirs.result()).isEqualTo(count);
  }

  private static int drain(Flow flow, int count) throws IOException {
    ByteBuffer some = ByteBuffer.allocate(1 << 20);
    int remaining = count;
    while (remaining > 0) {
      int read = flow.read(some.clear());
      assertThat(read).isGreaterThan(0);
      remaining -= read;
    }
    return count - remaining;
  }
}
