package dev.mimic.flow;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of both ends of a pipe in one thread. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlowPipeTest {
  private final FlowPipe pipe = FlowPipe.create();
  private final FlowPipe.End near = pipe.near();
  private final FlowPipe.End far = pipe.far();

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(US_ASCII));
  }

  /** Reads once, up to 100 bytes. */
  static String read(Flow flow) throws Exception {
    ByteBuffer dst = ByteBuffer.allocate(100);
    return flow.read(dst) < 0 ? "<end>" : US_ASCII.decode(dst.flip()).toString();
  }

  private static void fill(FlowPipe.End end) throws Exception {
    while (end.tryWrite(ByteBuffer.allocate(4096)) > 0) {}
  }

  @Test
  void write_atOneEnd_isReadAtOther() throws Exception {
    ByteBuffer ping = bytes("ping");
    assertThat(near.write(ping)).isEqualTo(4);
    assertThat(ping.hasRemaining()).isFalse();
    assertThat(read(far)).isEqualTo("ping");

    far.write(bytes("pong"));
    assertThat(read(near)).isEqualTo("pong");
  }

  @Test
  void read_someBytesPresent_returnsThem() throws Exception {
    near.write(bytes("ab"));
    near.write(bytes("cd"));
    assertThat(read(far)).isEqualTo("abcd");
  }

  @Test
  void available_bytesPresent_countsThem() throws Exception {
    assertThat(far.available()).isEqualTo(0);
    near.write(bytes("abcd"));
    far.read(ByteBuffer.allocate(1));
    assertThat(far.available()).isEqualTo(3);
    far.close();
    assertThrows(ClosedChannelException.class, far::available);
  }

  @Test
  void read_smallBuffer_leavesRest() throws Exception {
    near.write(bytes("abcdef"));
    ByteBuffer dst = ByteBuffer.allocate(10).position(3).limit(7);
    assertThat(far.read(dst)).isEqualTo(4);
    assertThat(dst.position()).isEqualTo(7);
    assertThat(US_ASCII.decode(dst.position(3)).toString()).isEqualTo("abcd");
    assertThat(read(far)).isEqualTo("ef");
  }

  @Test
  void directBuffers_readAndWrite_workAsHeapBuffers() throws Exception {
    near.write(ByteBuffer.allocateDirect(4).putInt(0x01020304).flip());
    ByteBuffer dst = ByteBuffer.allocateDirect(8);
    assertThat(far.read(dst)).isEqualTo(4);
    assertThat(dst.flip().getInt()).isEqualTo(0x01020304);
  }

  @Test
  void readOnlyBuffer_isWrittenButNotReadInto() throws Exception {
    near.write(bytes("abc").asReadOnlyBuffer());
    assertThrows(
        IllegalArgumentException.class, () -> far.read(ByteBuffer.allocate(8).asReadOnlyBuffer()));
    assertThat(read(far)).isEqualTo("abc");
  }

  @Test
  void gatheringWrite_range_writesItsBuffersInOrder() throws Exception {
    ByteBuffer[] srcs = {bytes("no"), bytes("ab"), bytes(""), bytes("cd"), bytes("no")};
    assertThat(near.write(srcs, 1, 3)).isEqualTo(4);
    assertThat(read(far)).isEqualTo("abcd");
    assertThat(near.write(new ByteBuffer[] {bytes("x"), bytes("y")})).isEqualTo(2);
    assertThat(read(far)).isEqualTo("xy");
    assertThrows(IndexOutOfBoundsException.class, () -> near.write(srcs, 4, 2));
  }

  @Test
  void streams_ofEnds_carrySameBytes() throws Exception {
    near.outputStream().write(new byte[] {1, -1, 3});
    assertThat(far.inputStream().readNBytes(3)).isEqualTo(new byte[] {1, -1, 3});
    near.outputStream().close();
    assertThat(far.inputStream().read()).isEqualTo(-1);
  }

  @Test
  void read_emptyBuffer_returnsZero() throws Exception {
    assertThat(near.read(ByteBuffer.allocate(0))).isEqualTo(0);
    assertThat(near.tryRead(ByteBuffer.allocate(0))).isEqualTo(0);
    far.shutdownOutput();
    assertThat(near.read(ByteBuffer.allocate(0))).isEqualTo(0);
    near.close();
    assertThrows(ClosedChannelException.class, () -> near.read(ByteBuffer.allocate(0)));
  }

  @Test
  void write_emptyBuffer_returnsZero() throws Exception {
    assertThat(near.write(ByteBuffer.allocate(0))).isEqualTo(0);
    assertThat(near.write(new ByteBuffer[0])).isEqualTo(0);
    fill(near);
    assertThat(near.write(ByteBuffer.allocate(0))).isEqualTo(0);
    near.close();
    assertThrows(ClosedChannelException.class, () -> near.write(ByteBuffer.allocate(0)));
  }

  @Test
  void tryReadAndTryWrite_wouldWait_returnZero() throws Exception {
    assertThat(far.tryRead(ByteBuffer.allocate(10))).isEqualTo(0);
    ByteBuffer much = ByteBuffer.allocate(100_000);
    assertThat(near.tryWrite(much)).isEqualTo(64 * 1024);
    assertThat(much.remaining()).isEqualTo(100_000 - 64 * 1024);
    assertThat(near.tryWrite(much)).isEqualTo(0);
    assertThat(far.tryRead(ByteBuffer.allocate(10))).isEqualTo(10);
    assertThat(near.tryWrite(much)).isEqualTo(10);
  }

  @Test
  void capacity_perDirection_isHonoured() throws Exception {
    FlowPipe three = FlowPipe.builder().capacity(3).build();
    assertThat(three.near().tryWrite(bytes("abcdef"))).isEqualTo(3);
    assertThat(three.far().tryWrite(bytes("abcdef"))).isEqualTo(3);
    assertThat(read(three.far())).isEqualTo("abc");
    assertThat(assertThrows(IllegalArgumentException.class, () -> FlowPipe.builder().capacity(0)))
        .hasMessageThat()
        .isEqualTo("bytes (0) must be from 1 to 1073741824");
  }

  @Test
  void shutdownOutput_peer_readsToEndAndStillWrites() throws Exception {
    near.write(bytes("last"));
    near.shutdownOutput();
    near.shutdownOutput();
    assertThat(read(far)).isEqualTo("last");
    assertThat(read(far)).isEqualTo("<end>");
    assertThat(read(far)).isEqualTo("<end>");
    assertThat(far.tryRead(ByteBuffer.allocate(1))).isEqualTo(-1);
    assertThrows(ClosedChannelException.class, () -> near.write(bytes("more")));
    assertThrows(ClosedChannelException.class, () -> near.tryWrite(bytes("more")));

    far.write(bytes("answer"));
    assertThat(read(near)).isEqualTo("answer");
    assertThat(near.isOpen()).isTrue();
  }

  @Test
  void shutdownInput_endsReadsAndDropsPeersBytes() throws Exception {
    near.write(bytes("unread"));
    far.shutdownInput();
    far.shutdownInput();
    assertThat(read(far)).isEqualTo("<end>");
    assertThat(near.write(ByteBuffer.allocate(200_000))).isEqualTo(200_000);
    assertThat(near.tryWrite(ByteBuffer.allocate(200_000))).isEqualTo(200_000);
    assertThat(read(far)).isEqualTo("<end>");

    far.write(bytes("still here"));
    assertThat(read(near)).isEqualTo("still here");
  }

  @Test
  void close_afterShutdownInput_nothingDropped_isClean() throws Exception {
    far.shutdownInput();
    near.write(ByteBuffer.allocate(0));
    far.write(bytes("last words"));
    far.close();
    assertThat(read(near)).isEqualTo("last words");
    assertThat(read(near)).isEqualTo("<end>");
  }

  @Test
  void close_afterShutdownInput_unreadInput_isReset() throws Exception {
    near.write(bytes("unread"));
    far.shutdownInput();
    far.close();
    assertThrows(PeerGoneException.class, () -> read(near));
  }

  @Test
  void close_afterShutdownInput_droppedInput_isReset() throws Exception {
    far.shutdownInput();
    near.write(bytes("dropped"));
    far.close();
    assertThrows(PeerGoneException.class, () -> read(near));
  }

  @Test
  void cleanClose_peer_readsAcceptedBytesThenEnd() throws Exception {
    near.write(bytes("last words"));
    near.close();
    assertThat(read(far)).isEqualTo("last words");
    assertThat(read(far)).isEqualTo("<end>");
    assertThat(read(far)).isEqualTo("<end>");
  }

  @Test
  void cleanClose_peer_cannotWrite() throws Exception {
    near.close();
    PeerGoneException e = assertThrows(PeerGoneException.class, () -> far.write(bytes("x")));
    assertThat(e).hasMessageThat().isEqualTo("pipe(near) is gone: closed by the peer");
    assertThrows(PeerGoneException.class, () -> far.tryWrite(bytes("x")));
    assertThat(far.isOpen()).isTrue();
  }

  @Test
  void failedWrite_laterReads_returnArrivedBytesThenFail() throws Exception {
    near.write(bytes("last words"));
    near.close();
    assertThrows(PeerGoneException.class, () -> far.write(bytes("x")));
    assertThat(read(far)).isEqualTo("last words");
    PeerGoneException e = assertThrows(PeerGoneException.class, () -> read(far));
    assertThat(e).hasMessageThat().isEqualTo("pipe(near) is gone: a write has failed");
    assertThrows(PeerGoneException.class, () -> far.tryRead(ByteBuffer.allocate(1)));
  }

  @Test
  void failedWrite_afterEndWasRead_keepsEnd() throws Exception {
    near.close();
    assertThat(read(far)).isEqualTo("<end>");
    assertThrows(PeerGoneException.class, () -> far.tryWrite(bytes("x")));
    assertThat(read(far)).isEqualTo("<end>");
  }

  @Test
  void write_emptyBufferToGonePeer_returnsZero() throws Exception {
    near.reset();
    assertThat(far.write(ByteBuffer.allocate(0))).isEqualTo(0);
    assertThat(far.write(new ByteBuffer[] {ByteBuffer.allocate(0)})).isEqualTo(0);
    assertThat(far.tryWrite(ByteBuffer.allocate(0))).isEqualTo(0);
    assertThrows(PeerGoneException.class, () -> far.write(bytes("x")));
    assertThat(far.write(ByteBuffer.allocate(0))).isEqualTo(0);
  }

  @Test
  void close_unreadInput_resetsPeerAndDropsItsInput() throws Exception {
    near.write(bytes("lost"));
    far.write(bytes("unread"));
    near.close();
    PeerGoneException e = assertThrows(PeerGoneException.class, () -> read(far));
    assertThat(e).hasMessageThat().isEqualTo("pipe(near) is gone: reset by the peer");
    assertThrows(PeerGoneException.class, () -> far.tryRead(ByteBuffer.allocate(1)));
    assertThrows(PeerGoneException.class, () -> far.write(bytes("x")));
    assertThrows(PeerGoneException.class, () -> read(far));
    assertThat(far.allocated()).isEqualTo(0);
  }

  @Test
  void reset_afterEnd_keepsEnd() throws Exception {
    near.shutdownOutput();
    assertThat(read(far)).isEqualTo("<end>");
    far.write(bytes("unread"));
    near.close();
    assertThat(read(far)).isEqualTo("<end>");
    assertThrows(PeerGoneException.class, () -> far.write(bytes("x")));
  }

  @Test
  void reset_afterShutdownOutput_failsOnlyWrites() throws Exception {
    near.write(bytes("whole"));
    near.shutdownOutput();
    far.write(bytes("unread"));
    near.close();
    assertThat(read(far)).isEqualTo("whole");
    assertThat(read(far)).isEqualTo("<end>");
    PeerGoneException e = assertThrows(PeerGoneException.class, () -> far.write(bytes("x")));
    assertThat(e).hasMessageThat().isEqualTo("pipe(near) is gone: reset by the peer");
    assertThat(read(far)).isEqualTo("<end>");
  }

  @Test
  void reset_openFlow_breaksItAtOnce() throws Exception {
    near.write(bytes("lost"));
    near.reset();
    assertThrows(PeerGoneException.class, () -> read(far));
    assertThrows(PeerGoneException.class, () -> far.write(bytes("x")));
    assertThrows(ClosedChannelException.class, () -> read(near));
    assertThat(near.isOpen()).isFalse();
  }

  @Test
  void reset_closedEnd_doesNothing() throws Exception {
    near.write(bytes("kept"));
    near.close();
    near.reset();
    assertThat(read(far)).isEqualTo("kept");
    assertThat(read(far)).isEqualTo("<end>");
  }

  @Test
  void closedEnd_everyMethod_throwsClosedChannel() throws Exception {
    near.close();
    near.close();
    assertThat(near.isOpen()).isFalse();
    assertThrows(ClosedChannelException.class, () -> read(near));
    assertThrows(ClosedChannelException.class, () -> near.tryRead(ByteBuffer.allocate(1)));
    assertThrows(ClosedChannelException.class, () -> near.write(bytes("x")));
    assertThrows(ClosedChannelException.class, () -> near.tryWrite(bytes("x")));
    assertThrows(ClosedChannelException.class, () -> near.write(new ByteBuffer[] {bytes("x")}));
    assertThrows(ClosedChannelException.class, near::shutdownInput);
    assertThrows(ClosedChannelException.class, near::shutdownOutput);
  }

  @Test
  void closedEnd_withGonePeer_throwsClosedChannel() throws Exception {
    far.write(bytes("unread"));
    near.close();
    far.close();
    assertThrows(ClosedChannelException.class, () -> read(far));
    assertThrows(ClosedChannelException.class, () -> far.write(bytes("x")));
  }

  @Test
  void info_closedEnd_isKept() throws Exception {
    FlowInfo one = FlowInfo.of("inmemory", "client:1", "server:80");
    FlowInfo other = FlowInfo.of("inmemory", "server:80", "client:1");
    FlowPipe.End end = FlowPipe.builder().info(one, other).build().near();
    end.close();
    assertThat(end.info()).isEqualTo(one);
    assertThat(end.toString()).isEqualTo("inmemory(server:80)");
    assertThat(end.find(FlowPipe.End.class)).hasValue(end);
    assertThat(end.find(Flow.class)).hasValue(end);
    assertThat(end.find(String.class)).isEmpty();
  }

  @Test
  void readTimeout_negative_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> near.readTimeout(Duration.ofNanos(-1)));
  }
}
