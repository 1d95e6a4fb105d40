package dev.mimic.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of this machine, run to their end. */
public final class Programs {
  private static final int LIMIT_SECONDS = 60;

  private Programs() {}

  /** Returns where the program is; where it is not installed, the test is skipped. */
  public static String find(String program) {
    Optional<Path> found =
        Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(File.pathSeparator))
            .map(folder -> Path.of(folder, program))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(found.isPresent(), program + " is not installed here");
    return found.orElseThrow().toString();
  }

  /** Runs it in this folder, and returns all that it prints; it must succeed. */
  public static String run(Path folder, String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(find(program)));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("mimic-program", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      process.getOutputStream().close();
      boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      String printed = Files.readString(output, UTF_8);
      if (!ended || process.exitValue() != 0) {
        throw new IOException("%s failed: %s".formatted(command, printed));
      }
      return printed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      process.destroyForcibly();
      Files.delete(output);
    }
  }

  /**
   * Runs git in this folder, with a made-up author and without the user's configuration; it must
   * succeed. Returns all that it prints.
   */
  public static String git(Path folder, String... arguments) throws IOException {
    return git(List.of(), folder, arguments);
  }

  /** Runs git as above, with these variables ({@code NAME=value}) in its environment. */
  public static String git(List<String> environment, Path folder, String... arguments)
      throws IOException {
    List<String> all = new ArrayList<>(environment);
    all.addAll(
        List.of(
            "GIT_CONFIG_GLOBAL=/dev/null",
            "GIT_CONFIG_NOSYSTEM=1",
            find("git"),
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@b"));
    all.addAll(List.of(arguments));
    return run(folder, "env", all.toArray(String[]::new));
  }
}
