package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.Flow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;

/** One reader and one writer at a time. */
interface TurnLines extends FlowLines {

  @Line(801)
  @DisplayName("The bytes of one write stay together, whoever else writes.")
  default void theBytesOfOneWriteStayTogether() throws Exception {
    assertMessagesStayWhole(message -> near().write(ByteBuffer.wrap(message)));
  }

  @Line(802)
  @DisplayName("So do those of one gathering write.")
  default void theBytesOfOneGatheringWriteStayTogether() throws Exception {
    assertMessagesStayWhole(
        message -> {
          ByteBuffer[] parts = new ByteBuffer[10];
          for (int i = 0; i < parts.length; i++) {
            parts[i] = ByteBuffer.wrap(message, i * message.length / 10, message.length / 10);
          }
          near().write(parts);
        });
  }

  /** Writes one message. */
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

  @Line(803)
  @DisplayName("Reading never waits for writing.")
  default void readingNeverWaitsForWriting() throws Exception {
    blocked(() -> Bytes.writeForever(near()));
    far().write(Bytes.of(1));

    assertThat(Bytes.read(near(), 1)).isEqualTo(new byte[] {1});
  }

  @Line(804)
  @DisplayName("Writing never waits for reading.")
  default void writingNeverWaitsForReading() throws Exception {
    blocked(() -> Bytes.readOne(near()));
    near().write(Bytes.of(1));

    assertThat(Bytes.read(far(), 1)).isEqualTo(new byte[] {1});
  }

  @Line(805)
  @DisplayName("Threads that wait to read each get their turn, and each byte is read once.")
  default void eachByteIsReadOnce() throws Exception {
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

  @Line(806)
  @DisplayName(
      "Two peers that both write without reading are stuck, not broken: reading frees them.")
  default void readingFreesTwoPeersThatAreStuck() throws Exception {
    int count = 20 << 20;
    Running<Integer> ours = blocked(() -> near().write(ByteBuffer.allocate(count)));
    Running<Integer> theirs = blocked(() -> far().write(ByteBuffer.allocate(count)));

    Running<Integer> heard = start(() -> drain(far(), count));
    assertThat(drain(near(), count)).isEqualTo(count);
    assertThat(heard.result()).isEqualTo(count);
    assertThat(ours.result()).isEqualTo(count);
    assertThat(theirs.result()).isEqualTo(count);
  }

  private static int drain(Flow flow, int count) throws IOException {
    ByteBuffer some = ByteBuffer.allocate(1 << 20);
    int left = count;
    while (left > 0) {
      int read = flow.read(some.clear());
      assertThat(read).isGreaterThan(0);
      left -= read;
    }
    return count - left;
  }
}
