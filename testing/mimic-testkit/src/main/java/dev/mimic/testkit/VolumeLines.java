package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.flow.Flow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;

/** The contract for many bytes and many flows. */
interface VolumeLines extends FlowLines {
  @LineTest(1101)
  @DisplayName("Megabytes in both directions, in irregular sizes, arrive unchanged.")
  default void manyBytes_inBothDirections_arriveUnchanged() throws Exception {
    Random random = random();
    Running<String> sent = start(sender(near(), random));
    Running<String> sentBack = start(sender(far(), random));
    Running<String> received = start(receiver(far(), random));
    Running<String> receivedBack = start(receiver(near(), random));

    assertThat(received.result()).isEqualTo(sent.result());
    assertThat(receivedBack.result()).isEqualTo(sentBack.result());
    near().close();
    assertThat(Bytes.readOne(far())).isEqualTo(-1);
  }

  private Callable<String> sender(Flow flow, Random random) {
    Volume volume = new Volume(flow, random.nextLong());
    return () -> volume.send(manyBytes());
  }

  private Callable<String> receiver(Flow flow, Random random) {
    Volume volume = new Volume(flow, random.nextLong());
    return () -> volume.receive(manyBytes());
  }

  @LineTest(1102)
  @DisplayName("Many concurrent pairs carry their own bytes.")
  default void manyPairs_carryTheirOwnBytes() throws Exception {
    List<Running<Long>> echoes = new ArrayList<>();
    List<Running<Void>> writers = new ArrayList<>();
    List<FlowPair> pairs = new ArrayList<>();
    for (int i = 0; i < manyPairs(); i++) {
      FlowPair pair = openPair();
      pairs.add(pair);
      echoes.add(start(() -> echo(pair.far())));
      byte[] sent = bytesOf(i);
      writers.add(
          start(
              () -> {
                pair.near().write(ByteBuffer.wrap(sent));
                return null;
              }));
    }
    for (int i = 0; i < manyPairs(); i++) {
      Flow near = pairs.get(i).near();
      assertThat(Bytes.read(near, 20_000 + i)).isEqualTo(bytesOf(i));
      near.close();
      assertThat(echoes.get(i).result()).isEqualTo(20_000L + i);
      assertThat(writers.get(i).result()).isNull();
    }
  }

  private static byte[] bytesOf(int pair) {
    return Bytes.some(20_000 + pair);
  }

  private static long echo(Flow flow) throws Exception {
    return flow.inputStream().transferTo(flow.outputStream());
  }
}
