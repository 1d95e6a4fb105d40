package dev.mimic.parity;

import dev.mimic.flow.Flow;
import dev.mimic.parity.Scene.Pending;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** One end of a connection. Each method that does not await something is a step of the scene. */
final class Side {
  /** More bytes than the buffers between two flows hold. */
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 << 20).asReadOnlyBuffer();

  /** A timeout that must expire; no outcome depends on its length. */
  private static final Duration SHORT = Duration.ofMillis(100);

  private static final int CHUNK_BYTES = 1 << 20;

  private final Scene scene;
  private final String name;
  private final Flow flow;

  Side(Scene scene, String name, Flow flow) {
    this.scene = scene;
    this.name = name;
    this.flow = flow;
  }

  /** Both ends of a connection. */
  record Pair(Side client, Side server) {}

  private String step(String verb) {
    return name + " " + verb;
  }

  /** Reads once, and records the count. */
  void read() throws Exception {
    scene.step(step("read"), this::readOnce);
  }

  private int readOnce() throws IOException {
    return flow.read(ByteBuffer.allocate(100));
  }

  /** Reads once with a timeout, and records the count. */
  void readWithTimeout() throws Exception {
    flow.readTimeout(SHORT);
    scene.step(step("read with a timeout"), this::readOnce);
    flow.readTimeout(Duration.ZERO);
  }

  /** Reads once in an interrupted thread. */
  void readInterrupted() throws Exception {
    scene.step(
        step("read in an interrupted thread"),
        () -> {
          Thread.currentThread().interrupt();
          return readOnce();
        });
  }

  /** Reads exactly this number of bytes, and records whether they are those of the peer's write. */
  void readFully(int bytes) throws Exception {
    scene.step(
        step("read " + bytes),
        () -> {
          ByteBuffer all = ByteBuffer.allocate(bytes);
          int count = 0;
          while (all.hasRemaining() && count >= 0) {
            count = flow.read(all);
          }
          return all.flip().equals(Patterns.of(bytes)) ? "the bytes written" : "other bytes";
        });
  }

  /** Reads to the end or a failure, and records that, and whether there were bytes before. */
  void readToEnd() throws Exception {
    scene.step(
        step("read to the end"),
        () -> {
          ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
          String before = "";
          try {
            while (flow.read(chunk.clear()) >= 0) {
              before = "some bytes, then ";
            }
            return before + "-1";
          } catch (IOException e) {
            return before + e.getClass().getSimpleName();
          }
        });
  }

  void write(int bytes) throws Exception {
    scene.step(step("write " + bytes), () -> writeOnce(bytes));
  }

  // Any result but a number or a text is recorded as ok.
  private Flow writeOnce(int bytes) throws IOException {
    flow.write(Patterns.of(bytes));
    return flow;
  }

  /** Writes with a timeout, until a write throws, or more is written than buffers hold. */
  void fill() throws Exception {
    flow.writeTimeout(SHORT);
    scene.step(
        step("write until it blocks"),
        () -> {
          for (int from = 0; from < ZEROS.capacity(); from += CHUNK_BYTES) {
            flow.write(ZEROS.slice(from, CHUNK_BYTES));
          }
          return flow;
        });
  }

  /** Starts a read that blocks. */
  Pending<Integer> startRead() {
    return scene.start(step("read"), this::readOnce);
  }

  /** Starts a write that blocks, of as many bytes as the scenario needs. */
  Pending<Flow> startWrite(int bytes) {
    return scene.start(step("write " + bytes), () -> writeOnce(bytes));
  }

  /** Starts a write that blocks until the connection ends. */
  Pending<Flow> startEndlessWrite() {
    return scene.start(
        step("write"),
        () -> {
          flow.write(ZEROS.duplicate());
          return flow;
        });
  }

  void shutdownInput() throws Exception {
    scene.act(step("shutdownInput"), flow::shutdownInput);
  }

  void shutdownOutput() throws Exception {
    scene.act(step("shutdownOutput"), flow::shutdownOutput);
  }

  void available() throws Exception {
    scene.step(step("available"), flow::available);
  }

  void close() throws Exception {
    scene.act(step("close"), flow::close);
  }

  /** Closes this side by a reset. */
  void reset() throws Exception {
    scene.act(step("reset"), () -> scene.network().reset(flow));
  }

  /** Waits until this number of bytes can be read. */
  void awaitBytes(int count) throws Exception {
    scene.await(step("has " + count + " bytes"), () -> flow.available() >= count);
  }

  /** Waits until the written bytes have arrived at the peer. */
  void awaitDelivered() throws Exception {
    scene.await(step("has delivered"), () -> scene.network().hasDelivered(flow));
  }

  /** Waits until the peer's end of the stream has arrived. */
  void awaitEnd() throws Exception {
    scene.await(step("knows the end"), () -> scene.network().hasEndArrived(flow));
  }

  /** Waits until the peer's reset has arrived. */
  void awaitReset() throws Exception {
    scene.await(step("knows the reset"), () -> scene.network().hasResetArrived(flow));
  }
}
