package dev.mimic.flow;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.flow.FlowPipeTest.bytes;
import static dev.mimic.flow.FlowPipeTest.read;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Tests of the memory that a pipe holds. */
class FlowPipeMemoryTest {

  @Test
  void unusedPipe_holdsNoBuffer() {
    assertThat(FlowPipe.create().near().allocated()).isEqualTo(0);
  }

  @Test
  void drainedPipe_holdsNoBuffer() throws Exception {
    FlowPipe pipe = FlowPipe.create();
    pipe.near().write(bytes("ping"));
    pipe.far().write(ByteBuffer.allocate(5_000));
    assertThat(pipe.near().allocated()).isGreaterThan(0);
    assertThat(read(pipe.far())).isEqualTo("ping");
    pipe.near().read(ByteBuffer.allocate(5_000));
    assertThat(pipe.near().allocated()).isEqualTo(0);
  }

  @Test
  void buffer_grows_byDoublingUpToCapacity() throws Exception {
    FlowPipe pipe = FlowPipe.builder().capacity(5_000).build();
    FlowPipe.End near = pipe.near();
    near.write(ByteBuffer.allocate(1));
    assertThat(near.allocated()).isEqualTo(512);
    near.write(ByteBuffer.allocate(512));
    assertThat(near.allocated()).isEqualTo(1024);
    near.write(ByteBuffer.allocate(1500));
    assertThat(near.allocated()).isEqualTo(2048);
    near.tryWrite(ByteBuffer.allocate(100_000));
    assertThat(near.allocated()).isEqualTo(5_000);
  }

  @Test
  void close_freesMemory_withoutPeer() throws Exception {
    FlowPipe pipe = FlowPipe.create();
    pipe.near().write(bytes("unread"));
    pipe.far().write(bytes("unread"));
    pipe.near().close();
    assertThat(pipe.near().allocated()).isEqualTo(0);
  }

  @Test
  void idlePair_usesLessThanOneKilobyte() {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    FlowPipe[] pipes = new FlowPipe[1_000];
    for (int warmUp = 0; warmUp < 2; warmUp++) {
      long before = thread.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < pipes.length; i++) {
        pipes[i] = FlowPipe.create();
      }
      long each = (thread.getCurrentThreadAllocatedBytes() - before) / pipes.length;
      assertThat(each).isLessThan(700L); // with the builder, which is not kept
    }
  }
}
