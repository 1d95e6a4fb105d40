package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** The result of a command. It uses the standard streams of the JVM: one command at a time. */
record CommandRun(int status, String out, String err) {

  /**
   * Returns its message, if it has failed as a user should see it: one line, of no class of ours.
   */
  String failure() {
    assertThat(err).startsWith("mimic: ");
    assertThat(err.lines().count()).isEqualTo(1);
    assertThat(err).doesNotContainMatch("Exception|\\bjava\\.|\\bdev\\.mimic|\\bnull\\b");
    assertThat(status).isEqualTo(1);
    return err.strip().substring("mimic: ".length());
  }

  static CommandRun of(String... arguments) {
    return of(input("ping\n"), arguments);
  }

  static InputStream input(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  static CommandRun of(InputStream in, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CommandRun run = of(in, out, arguments);
    return new CommandRun(run.status(), out.toString(UTF_8), run.err());
  }

  /** Runs a command with these standard streams. The result has no output. */
  static CommandRun of(InputStream in, OutputStream out, String... arguments) {
    StringWriter err = new StringWriter();
    PrintStream outBefore = System.out;
    InputStream inBefore = System.in;
    System.setOut(new PrintStream(out, true, UTF_8));
    System.setIn(in);
    try {
      CommandLine line = Main.commandLine(arguments).setErr(new PrintWriter(err, true));
      int status = line.execute(arguments);
      return new CommandRun(status, "", err.toString());
    } finally {
      System.setOut(outBefore);
      System.setIn(inBefore);
    }
  }
}
