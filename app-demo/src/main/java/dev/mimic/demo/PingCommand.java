package dev.mimic.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Sends lines to an address, and prints the answers. */
@Command(name = "ping", description = "Send lines to ADDRESS, and print the answers.")
final class PingCommand implements Callable<Integer> {
  @Mixin private final TargetOption target = new TargetOption();

  @Parameters(index = "0", paramLabel = "ADDRESS", description = "Such as tcp://localhost:4000.")
  private String address = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      description = "What to send; standard input if left out.")
  private @Nullable Path file;

  @Override
  public Integer call() throws IOException {
    if (file == null) {
      play(System.in); // not ours to close
    } else {
      try (InputStream lines = Files.newInputStream(file)) {
        play(lines);
      } catch (NoSuchFileException e) {
        throw new IOException("there is no file " + file, e);
      }
    }
    return 0;
  }

  private void play(InputStream in) throws IOException {
    PingPongClient client = target.deployment().injector().getInstance(PingPongClient.class);
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, ISO_8859_1));
    try {
      client.play(address, lines.lines().iterator(), PingCommand::print);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Prints the bytes as they came, whatever the terminal's character set. */
  private static void print(String line) {
    byte[] bytes = (line + "\n").getBytes(ISO_8859_1);
    System.out.write(bytes, 0, bytes.length);
    System.out.flush();
  }
}
