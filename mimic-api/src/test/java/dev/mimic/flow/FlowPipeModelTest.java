package dev.mimic.flow;

import static com.google.common.truth.Truth.assertWithMessage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of random operations on a pipe against a simple model. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlowPipeModelTest {
  private static final int CLOSED = -2;
  private static final int PEER_GONE = -3;

  /** The model of one end: each result is a count, -1, or a failure. */
  private static final class Model {
    final Queue<Byte> input = new ArrayDeque<>();
    final int capacity;
    boolean closed;
    boolean inputShut;
    boolean outputShut;
    boolean dropped; // input, because this end had shut it
    boolean endRead;
    boolean gone; // the peer, and this end knows, and had not read to the end
    Model peer = this;

    Model(int capacity) {
      this.capacity = capacity;
    }

    int read(int room) {
      if (closed) {
        return CLOSED;
      }
      if (room == 0) {
        return 0;
      }
      if (inputShut) {
        return -1;
      }
      if (!input.isEmpty()) {
        return Math.min(room, input.size());
      }
      if (gone) {
        return PEER_GONE;
      }
      return peer.outputShut || peer.closed ? -1 : 0;
    }

    int write(byte[] bytes) {
      if (closed || outputShut) {
        return CLOSED;
      }
      if (peer.closed && bytes.length > 0) {
        gone |= !endRead;
        return PEER_GONE;
      }
      int count = peer.inputShut ? bytes.length : Math.min(bytes.length, peer.roomForInput());
      for (int i = 0; i < count && !peer.inputShut; i++) {
        peer.input.add(bytes[i]);
      }
      peer.dropped |= peer.inputShut && count > 0;
      return count;
    }

    int roomForInput() {
      return capacity - input.size();
    }

    void shutInput() {
      inputShut = true;
      dropped |= !input.isEmpty();
      input.clear();
    }

    void close(boolean asReset) {
      if (closed) {
        return;
      }
      boolean resetsPeer = asReset || dropped || !input.isEmpty();
      closed = true;
      input.clear();
      if (resetsPeer && !outputShut) {
        peer.gone = true;
        peer.input.clear();
      }
    }
  }

  private interface Attempt {
    int run() throws IOException;
  }

  private static int outcome(Attempt attempt) throws IOException {
    try {
      return attempt.run();
    } catch (PeerGoneException e) {
      return PEER_GONE;
    } catch (ClosedChannelException e) {
      return CLOSED;
    }
  }

  @Test
  void operations_random_equalModel() throws Exception {
    long seed = System.nanoTime();
    System.out.println("FlowPipeModelTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      Run run = new Run(random, "seed %d, round %d".formatted(seed, round));
      for (int i = 0; i < 100; i++) {
        run.step();
      }
    }
  }

  /** A pipe, its model, and the operations on both. */
  private static final class Run {
    private final Random random;
    private final StringBuilder story;
    private final FlowPipe.End[] ends;
    private final Model[] models;
    private final boolean[] readableCalled = new boolean[2];
    private final boolean[] writableCalled = new boolean[2];
    private final boolean[] readableAwaited = new boolean[2];
    private final boolean[] writableAwaited = new boolean[2];
    private final ByteBuffer direct = ByteBuffer.allocateDirect(6_000);
    private byte next;

    Run(Random random, String name) {
      this.random = random;
      int capacity = 1 + random.nextInt(random.nextBoolean() ? 10 : 3_000);
      story = new StringBuilder(name).append(", capacity ").append(capacity);
      FlowPipe pipe = FlowPipe.builder().capacity(capacity).build();
      ends = new FlowPipe.End[] {pipe.near(), pipe.far()};
      models = new Model[] {new Model(capacity), new Model(capacity)};
      models[0].peer = models[1];
      models[1].peer = models[0];
    }

    void step() throws IOException {
      int who = random.nextInt(2);
      int what = random.nextInt(190);
      if (what < 80) {
        read(who);
      } else if (what < 165) {
        write(who);
      } else if (what < 185) {
        await(who);
      } else {
        end(who, what - 185);
      }
      checkCallbacks();
    }

    private void read(int who) throws IOException {
      ByteBuffer dst = buffer(random.nextInt(models[0].capacity * 2));
      int expected = models[who].read(dst.remaining());
      models[who].endRead |= expected == -1;
      boolean blocking = expected != 0 && random.nextBoolean();
      story.append("\n%d reads %d, expects %d".formatted(who, dst.remaining(), expected));
      int got = outcome(() -> blocking ? ends[who].read(dst) : ends[who].tryRead(dst));
      assertWithMessage("%s", story).that(got).isEqualTo(expected);
      ByteBuffer bytes = ByteBuffer.allocate(dst.position());
      while (bytes.hasRemaining()) {
        bytes.put(models[who].input.remove());
      }
      assertWithMessage("%s", story).that(dst.flip()).isEqualTo(bytes.flip());
    }

    private void write(int who) throws IOException {
      byte[] bytes = new byte[random.nextInt(models[0].capacity * 2)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = next++;
      }
      ByteBuffer src = buffer(bytes.length).put(bytes).flip();
      int expected = models[who].write(bytes);
      boolean blocking = expected == bytes.length && random.nextBoolean();
      story.append("\n%d writes %d, expects %d".formatted(who, bytes.length, expected));
      int got = outcome(() -> blocking ? ends[who].write(src) : ends[who].tryWrite(src));
      assertWithMessage("%s", story).that(got).isEqualTo(expected);
      assertWithMessage("%s", story).that(src.position()).isEqualTo(Math.max(0, expected));
    }

    private void end(int who, int how) throws IOException {
      story.append("\n%d ends, as %d".formatted(who, how));
      switch (how) {
        case 0 -> {
          if (outcome(shut(ends[who]::shutdownInput)) == 0) {
            models[who].shutInput();
          }
        }
        case 1, 2 -> {
          if (outcome(shut(ends[who]::shutdownOutput)) == 0) {
            models[who].outputShut = true;
          }
        }
        case 3 -> {
          models[who].close(false);
          ends[who].close();
        }
        default -> {
          models[who].close(true);
          ends[who].reset();
        }
      }
      assertWithMessage("%s", story).that(ends[who].isOpen()).isEqualTo(!models[who].closed);
    }

    private interface Shut {
      void run() throws IOException;
    }

    private Attempt shut(Shut shut) {
      return () -> {
        shut.run();
        return 0;
      };
    }

    private void await(int who) {
      story.append("\n%d awaits".formatted(who));
      readableCalled[who] = false;
      writableCalled[who] = false;
      readableAwaited[who] = true;
      writableAwaited[who] = true;
      ends[who].onReadable(() -> readableCalled[who] = true);
      ends[who].onWritable(() -> writableCalled[who] = true);
    }

    /** Checks that a callback was called when it was due, and not before. */
    private void checkCallbacks() {
      for (int who = 0; who < 2; who++) {
        Model model = models[who];
        if (readableAwaited[who]) {
          boolean due = model.read(1) != 0;
          assertWithMessage("readable %s, %s", who, story).that(readableCalled[who]).isEqualTo(due);
          readableAwaited[who] = !due;
        }
        if (writableAwaited[who]) {
          boolean due =
              model.closed
                  || model.outputShut
                  || model.peer.closed
                  || model.peer.inputShut
                  || model.peer.roomForInput() > 0;
          assertWithMessage("writable %s, %s", who, story).that(writableCalled[who]).isEqualTo(due);
          writableAwaited[who] = !due;
        }
      }
      for (int who = 0; who < 2; who++) {
        if (models[0].input.isEmpty() && models[1].input.isEmpty()) {
          assertWithMessage("%s", story).that(ends[who].allocated()).isEqualTo(0);
        }
      }
    }

    private ByteBuffer buffer(int size) {
      return random.nextBoolean() ? ByteBuffer.allocate(size) : direct.clear().limit(size);
    }
  }
}
