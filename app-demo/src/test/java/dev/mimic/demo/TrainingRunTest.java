package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TrainingRunTest {

  @Test
  void commands_ofTrainingRun_succeed() throws Exception {
    InputStream in = System.in;
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    try {
      assertThat(TrainingRun.play()).isEmpty();
    } finally {
      System.setIn(in);
      System.setOut(out);
    }
  }
}
