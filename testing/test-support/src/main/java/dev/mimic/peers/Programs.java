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

/** Installed programs, run until they exit. */
public final class Programs {
  private static final int TIMEOUT_SECONDS = 60;

  private Programs() {}

  /**
   * Returns the path of a program. The test is skipped if the program is not installed, and {@link
   * MissingPeers} reports the program at the end of the build.
   */
  public static String find(String program) {
    Optional<Path> found =
        Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(File.pathSeparator))
            .map(folder -> Path.of(folder, program))
            .filter(Files::isExecutable)
            .findFirst();
    MissingPeers.note(program, found.isEmpty());
    assumeTrue(found.isPresent(), program + " is not installed here");
    return found.orElseThrow().toString();
  }

  /** Runs a program in a folder and returns its output. Throws if the program fails. */
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
      boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
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
   * Runs git in a folder and returns its output. Git uses a fictional author and ignores the
   * configuration of the user. Throws if git fails.
   */
  public static String git(Path folder, String... arguments) throws IOException {
    return git(List.of(), folder, arguments);
  }

  /** Runs git with additional environment variables, such as {@code NAME=value}. */
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
