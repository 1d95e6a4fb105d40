package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.FlowPipe;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of ping-pong, and its lines. */
@Timeout(60)
class PingPongTest {

  @Test
  void pingIsAnsweredByPongAndPongByPingAndTheRestByItself() {
    assertThat(PingPong.answer("ping\n")).isEqualTo("pong\n");
    assertThat(PingPong.answer("pong\r\n")).isEqualTo("ping\r\n");
    assertThat(PingPong.answer("ping")).isEqualTo("pong");
    assertThat(PingPong.answer("pings\n")).isEqualTo("pings\n");
    assertThat(PingPong.answer(" ping\n")).isEqualTo(" ping\n");
    assertThat(PingPong.answer("\n")).isEqualTo("\n");
  }

  @Test
  void everyByteOfALineComesBack() throws IOException {
    byte[] line = new byte[256];
    for (int i = 0; i < line.length; i++) {
      line[i] = (byte) (i == '\n' ? ' ' : i);
    }
    FlowPipe pipe = FlowPipe.create();
    pipe.far().write(ByteBuffer.wrap(line));
    pipe.far().shutdownOutput();
    PingPong.serve(pipe.near());
    pipe.near().close();
    assertThat(pipe.far().inputStream().readAllBytes()).isEqualTo(line);
  }

  @Test
  void aLineThatIsTooLongIsRefused() throws IOException {
    FlowPipe pipe = FlowPipe.builder().capacity(2 * LineReader.MAX_BYTES).build();
    pipe.far().write(ByteBuffer.allocate(LineReader.MAX_BYTES + 1));
    LineReader lines = new LineReader(pipe.near());
    assertThat(assertThrows(IOException.class, lines::next))
        .hasMessageThat()
        .isEqualTo("a line is longer than 65536 bytes");
  }

  @Test
  void linesEndWithTheFlow() throws IOException {
    FlowPipe pipe = FlowPipe.create();
    pipe.far().write(ByteBuffer.wrap("a\n\nb".getBytes(ISO_8859_1)));
    pipe.far().shutdownOutput();
    LineReader lines = new LineReader(pipe.near());
    assertThat(lines.next()).isEqualTo(Optional.of("a\n"));
    assertThat(lines.next()).isEqualTo(Optional.of("\n"));
    assertThat(lines.next()).isEqualTo(Optional.of("b"));
    assertThat(lines.next()).isEqualTo(Optional.empty());
    assertThat(lines.next()).isEqualTo(Optional.empty());
  }

  @Test
  void aServerThatEndsBeforeItAnswersIsAnError() throws IOException {
    FlowPipe pipe = FlowPipe.create();
    pipe.far().shutdownOutput();
    assertThrows(
        EOFException.class,
        () -> PingPongClient.play(pipe.near(), List.of("ping").iterator(), answer -> {}));
  }
}
