package dev.mimic.tls;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteQueueTest {
  private final ByteQueue queue = new ByteQueue();

  @Test
  void take_afterAppends_returnsBytesInOrder() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte put = 0;
    byte taken = 0;
    for (int i = 0; i < 10_000; i++) {
      put = append(random.nextInt(100), put);
      ByteBuffer dst = ByteBuffer.allocate(random.nextInt(110));
      queue.take(dst);
      for (dst.flip(); dst.hasRemaining(); taken++) {
        assertWithMessage("seed %s, step %s", seed, i).that(dst.get()).isEqualTo(taken);
      }
      queue.releaseIfEmpty();
    }
  }

  private byte append(int count, byte first) {
    ByteBuffer room = queue.room(count + 7);
    byte next = first;
    for (int i = 0; i < count; i++) {
      room.put(next++);
    }
    queue.append(room);
    return next;
  }

  @Test
  void room_anySize_hasThatManyBytes() {
    assertThat(queue.room(100).remaining()).isEqualTo(100);
    assertThat(queue.room(30).remaining()).isEqualTo(30);
    append(20, (byte) 0);
    assertThat(queue.room(1000).remaining()).isEqualTo(1000);
  }

  @Test
  void releaseIfEmpty_emptyQueue_releasesMemory() {
    append(10, (byte) 0);
    queue.take(ByteBuffer.allocate(10));
    queue.releaseIfEmpty();
    assertThat(queue.front().capacity()).isEqualTo(0);
  }

  @Test
  void releaseIfEmpty_withBytes_keepsThem() {
    append(10, (byte) 0);
    queue.releaseIfEmpty();
    assertThat(queue.front().remaining()).isEqualTo(10);
  }

  @Test
  void room_muchSmallerThanSpare_allocatesNewBuffer() {
    queue.room(100_000);
    assertThat(queue.room(1000).array().length).isEqualTo(1000);
  }

  @Test
  void room_repeatedAppends_growsInFewSteps() {
    int steps = 0;
    int capacity = 0;
    for (int i = 0; i < 1000; i++) {
      append(1000, (byte) 0);
      steps += queue.front().capacity() == capacity ? 0 : 1;
      capacity = queue.front().capacity();
    }
    assertThat(steps).isLessThan(20);
  }
}
