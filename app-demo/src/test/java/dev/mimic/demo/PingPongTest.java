package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mimic.flow.FlowPipe;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of ping-pong, and its lines. */
@Timeout(60)
class PingPongTest {

  @Test
  void answer_toPing_isPongAndOtherLinesAreEchoed() {
    assertThat(PingPong.answer("ping\n")).isEqualTo("pong\n");
    assertThat(PingPong.answer("pong\r\n")).isEqualTo("ping\r\n");
    assertThat(PingPong.answer("ping")).isEqualTo("pong");
    assertThat(PingPong.answer("pings\n")).isEqualTo("pings\n");
    assertThat(PingPong.answer(" ping\n")).isEqualTo(" ping\n");
    assertThat(PingPong.answer("\n")).isEqualTo("\n");
  }

  @Test
  void answer_toLineWithOtherEnd_isEcho() {
    assertThat(PingPong.answer("ping \n")).isEqualTo("ping \n");
    assertThat(PingPong.answer("ping\r")).isEqualTo("ping\r");
    assertThat(PingPong.answer("ping\r\r\n")).isEqualTo("ping\r\r\n");
    assertThat(PingPong.answer("ping\f\n")).isEqualTo("ping\f\n");
  }

  @Test
  void serve_ofEveryByte_echoesIt() throws IOException {
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
  void line_longerThanMaximum_throws() throws IOException {
    String longest = "x".repeat(LineReader.MAX_BYTES);
    LineReader lines = reader("a\n" + longest + "\n" + longest + "x\n");
    assertThat(lines.next()).isEqualTo(Optional.of("a\n"));
    assertThat(lines.next()).isEqualTo(Optional.of(longest + "\n"));
    assertThat(assertThrows(IOException.class, lines::next))
        .hasMessageThat()
        .isEqualTo("line 3 of a test is longer than 65536 bytes: break it into shorter lines");
  }

  @Test
  void lastLine_ofMaximumLength_needsNoEnd() throws IOException {
    String longest = "x".repeat(LineReader.MAX_BYTES);
    assertThat(reader(longest).next()).isEqualTo(Optional.of(longest));
  }

  @Test
  void lines_ofInput_endWithIt() throws IOException {
    LineReader lines = reader("a\n\nb\rc\r\nd");
    assertThat(lines.next()).isEqualTo(Optional.of("a\n"));
    assertThat(lines.next()).isEqualTo(Optional.of("\n"));
    assertThat(lines.next()).isEqualTo(Optional.of("b\rc\r\n"));
    assertThat(lines.next()).isEqualTo(Optional.of("d"));
    assertThat(lines.next()).isEqualTo(Optional.empty());
    assertThat(lines.next()).isEqualTo(Optional.empty());
  }

  @Test
  void play_withTooLongLine_sendsNothing() throws IOException {
    FlowPipe pipe = FlowPipe.create();
    LineReader lines = reader("x".repeat(LineReader.MAX_BYTES + 1) + "\n");
    assertThrows(
        IOException.class,
        () -> PingPongClient.play(pipe.near(), lines, OutputStream.nullOutputStream()));
    pipe.near().shutdownOutput();
    assertThat(pipe.far().inputStream().readAllBytes()).isEmpty();
  }

  @Test
  void play_withServerThatEnds_throws() throws IOException {
    FlowPipe pipe = FlowPipe.create();
    pipe.far().shutdownOutput();
    assertThrows(
        EOFException.class,
        () -> PingPongClient.play(pipe.near(), reader("ping\n"), OutputStream.nullOutputStream()));
  }

  @Test
  void play_ofAnswers_passesThemUnchanged() throws IOException {
    FlowPipe pipe = FlowPipe.create();
    pipe.far().write(ByteBuffer.wrap(" a \r\n\t\nc".getBytes(ISO_8859_1)));
    pipe.far().shutdownOutput();
    ByteArrayOutputStream answers = new ByteArrayOutputStream();
    PingPongClient.play(pipe.near(), reader("1\n2\n3"), answers);
    assertThat(answers.toString(ISO_8859_1)).isEqualTo(" a \r\n\t\nc");
    assertThat(new String(pipe.far().inputStream().readAllBytes(), ISO_8859_1))
        .isEqualTo("1\n2\n3\n");
  }

  private static LineReader reader(String text) {
    return new LineReader("a test", new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
  }
}
