package dev.mimic.unix;

import static com.google.common.truth.Truth.assertThat;
import static dev.mimic.unix.Loopback.readOne;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import dev.mimic.testkit.Running;
import dev.mimic.testkit.ThreadKind;
import dev.mimic.unix.Loopback.Family;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SocketFlowTest {
  private final Family family;
  private Loopback pair;
  private Flow near;
  private Flow far;

  SocketFlowTest(Family family) {
    this.family = family;
  }

  @BeforeEach
  void connect() throws IOException {
    pair = family.open();
    near = pair.near();
    far = pair.far();
  }

  @AfterEach
  void close() throws IOException {
    pair.close();
  }

  @Test
  void read_dataAvailable_returnsIt() throws IOException {
    near.write(bytes("hello"));

    ByteBuffer in = ByteBuffer.allocate(100);
    assertThat(far.read(in)).isEqualTo(5);
    assertThat(text(in)).isEqualTo("hello");
  }

  @Test
  void read_smallBuffer_fillsOnlyIt() throws IOException {
    near.write(bytes("hello"));

    ByteBuffer in = ByteBuffer.allocate(9).position(4).limit(6);
    assertThat(far.read(in)).isEqualTo(2);
    assertThat(in.position()).isEqualTo(6);
    assertThat(in.limit()).isEqualTo(6);
    assertThat(text(in.position(6).limit(6).position(4).slice().position(2))).isEqualTo("he");
  }

  @Test
  void read_largeBuffer_keepsItsLimit() throws IOException {
    near.write(bytes("hello"));

    ByteBuffer in = ByteBuffer.allocate(1 << 20);
    assertThat(far.read(in)).isEqualTo(5);
    assertThat(in.limit()).isEqualTo(1 << 20);
  }

  @Test
  void read_fullBuffer_returnsZero() throws IOException {
    assertThat(near.read(ByteBuffer.allocate(0))).isEqualTo(0);
    far.close();
    assertThat(readOne(near)).isEqualTo(-1);
    assertThat(near.read(ByteBuffer.allocate(0))).isEqualTo(0);
  }

  @Test
  void read_readOnlyBuffer_losesNoByte() throws IOException {
    near.write(bytes("x"));

    ByteBuffer readOnly = ByteBuffer.allocate(1).asReadOnlyBuffer();
    assertThrows(IllegalArgumentException.class, () -> far.read(readOnly));
    far.readTimeout(Duration.ofSeconds(10));
    assertThrows(IllegalArgumentException.class, () -> far.read(readOnly));
    assertThat(readOne(far)).isEqualTo(1);
  }

  @Test
  void read_atEnd_returnsMinusOneAgain() throws IOException {
    near.write(bytes("x"));
    near.close();

    assertThat(readOne(far)).isEqualTo(1);
    assertThat(readOne(far)).isEqualTo(-1);
    assertThat(readOne(far)).isEqualTo(-1);
  }

  @Test
  void read_cleanEndBeforeFailedWrite_staysEnd() throws IOException {
    near.close();
    assertThat(readOne(far)).isEqualTo(-1);

    assertThrows(dev.mimic.flow.PeerGoneException.class, () -> Loopback.writeForever(far));

    assertThat(readOne(far)).isEqualTo(-1);
  }

  @Test
  void shutdownOutput_thenRead_returnsData() throws IOException {
    near.write(bytes("question"));
    near.shutdownOutput();
    near.shutdownOutput();

    assertThat(all(far)).isEqualTo("question");
    far.write(bytes("answer"));
    far.close();
    assertThat(all(near)).isEqualTo("answer");
    assertThrows(ClosedChannelException.class, () -> near.write(bytes("x")));
    assertThrows(ClosedChannelException.class, () -> near.write(bytes("")));
    assertThrows(ClosedChannelException.class, () -> near.write(new ByteBuffer[] {bytes("x")}));
    assertThat(near.isOpen()).isTrue();
  }

  @Test
  void shutdownInput_thenReadAndWrite_endsInputOnly() throws IOException {
    far.write(bytes("unread"));
    near.shutdownInput();
    near.shutdownInput();

    assertThat(readOne(near)).isEqualTo(-1);
    assertThat(readOne(near)).isEqualTo(-1);
    near.readTimeout(Duration.ofSeconds(10));
    assertThat(readOne(near)).isEqualTo(-1);
    near.write(bytes("x"));
    assertThat(readOne(far)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void shutdownInput_readBlocked_endsIt(ThreadKind kind) throws Exception {
    Running<Integer> reader = Running.start(kind, () -> readOne(near)).awaitBlocked();

    near.shutdownInput();

    assertThat(reader.result()).isEqualTo(-1);
    assertThat(near.isOpen()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void shutdownInput_timedReadBlocked_endsIt(ThreadKind kind) throws Exception {
    near.readTimeout(Duration.ofSeconds(50));
    Running<Integer> reader = Running.start(kind, () -> readOne(near)).awaitBlocked();

    near.shutdownInput();

    assertThat(reader.result()).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource
  void shutdownOutput_writeBlocked_failsIt(ThreadKind kind) throws Exception {
    Running<Void> writer = Running.start(kind, () -> Loopback.writeForever(near)).awaitBlocked();

    near.shutdownOutput();

    assertThat(writer.failure().orElseThrow()).isInstanceOf(ClosedChannelException.class);
    assertThat(near.isOpen()).isTrue();
  }

  @Test
  void write_severalBuffers_writesAllInOrder() throws IOException {
    ByteBuffer direct = ByteBuffer.allocateDirect(3).put(bytes("def")).flip();
    ByteBuffer[] srcs = {
      bytes("no"), bytes("abc"), bytes(""), direct, bytes("ghi").asReadOnlyBuffer(), bytes("no")
    };

    assertThat(near.write(srcs, 1, 4)).isEqualTo(9);
    near.close();

    assertThat(all(far)).isEqualTo("abcdefghi");
    assertThat(srcs[4].hasRemaining()).isFalse();
    assertThat(srcs[0].remaining()).isEqualTo(2);
    assertThat(srcs[5].remaining()).isEqualTo(2);
  }

  @Test
  void write_noBuffers_returnsZero() throws IOException {
    assertThat(near.write(new ByteBuffer[0])).isEqualTo(0);
    assertThat(near.write(new ByteBuffer[] {bytes(""), bytes("")})).isEqualTo(0);
    assertThrows(IndexOutOfBoundsException.class, () -> near.write(new ByteBuffer[1], 1, 1));
  }

  @Test
  void close_afterWrite_deliversBytes() throws Exception {
    Running<Integer> reader = Running.start(ThreadKind.VIRTUAL, () -> all(far).length());
    near.write(ByteBuffer.allocate(5_000_000));
    near.close();

    assertThat(reader.result()).isEqualTo(5_000_000);
  }

  @Test
  void operations_afterClose_throwClosedChannel() throws IOException {
    FlowInfo before = near.info();
    near.close();
    near.close();

    assertThat(near.isOpen()).isFalse();
    assertThrows(ClosedChannelException.class, () -> readOne(near));
    assertThrows(ClosedChannelException.class, () -> near.read(ByteBuffer.allocate(0)));
    assertThrows(ClosedChannelException.class, () -> near.write(bytes("x")));
    assertThrows(ClosedChannelException.class, () -> near.write(new ByteBuffer[] {bytes("x")}));
    assertThrows(ClosedChannelException.class, near::shutdownInput);
    assertThrows(ClosedChannelException.class, near::shutdownOutput);
    near.readTimeout(Duration.ofSeconds(1));
    assertThrows(ClosedChannelException.class, () -> readOne(near));
    assertThat(near.info()).isEqualTo(before);
  }

  @Test
  void find_flowOrChannel_returnsIt() {
    assertThat(near.find(Flow.class)).hasValue(near);
    assertThat(near.find(SocketChannel.class)).isPresent();
    assertThat(near.find(String.class)).isEmpty();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static String text(ByteBuffer written) {
    return UTF_8.decode(written.duplicate().flip()).toString();
  }

  private static String all(Flow flow) throws IOException {
    return new String(flow.inputStream().readAllBytes(), UTF_8);
  }
}
