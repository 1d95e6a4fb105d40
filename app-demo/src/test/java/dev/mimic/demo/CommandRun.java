package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What the command did with some arguments. It prints to a stream of the JVM: one at a time. */
record CommandRun(int status, String out, String err) {

  static CommandRun of(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, UTF_8));
    try {
      CommandLine line = Main.commandLine().setErr(new PrintWriter(err, true));
      int status = line.execute(arguments);
      return new CommandRun(status, out.toString(UTF_8), err.toString());
    } finally {
      System.setOut(before);
    }
  }
}
