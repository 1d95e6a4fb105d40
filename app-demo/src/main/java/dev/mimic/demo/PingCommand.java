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
    PingPongClient client = target.deployment().injector().getInstance(PingPongClient.class);
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(input(), ISO_8859_1))) {
      client.play(address, lines.lines().iterator(), PingCommand::print);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return 0;
  }

  private InputStream input() throws IOException {
    if (file == null) {
      return System.in;
    }
    try {
      return Files.newInputStream(file);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file, e);
    }
  }

  /** Prints the bytes as they came, whatever the terminal's character set. */
  private static void print(String line) {
    byte[] bytes = (line + "\n").getBytes(ISO_8859_1);
    System.out.write(bytes, 0, bytes.length);
    System.out.flush();
  }
}
