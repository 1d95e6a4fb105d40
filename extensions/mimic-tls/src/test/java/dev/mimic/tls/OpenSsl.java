package dev.mimic.tls;

import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The {@code openssl} command, run in a folder. */
final class OpenSsl {
  private final Path folder;

  OpenSsl(Path folder) {
    this.folder = folder;
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(p -> Files.isExecutable(Path.of(p, "openssl"))),
        "there is no openssl on the PATH");
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /** Runs the command with these space-separated arguments and returns its output. */
  String run(String arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments.split(" ")));
    Path output = Files.createTempFile(folder, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      process.getOutputStream().close();
      assertWithMessage(arguments).that(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    String printed = Files.readString(output, UTF_8);
    assertWithMessage("%s\n%s", arguments, printed).that(process.exitValue()).isEqualTo(0);
    return printed;
  }

  /** Creates a key with these arguments of genpkey, and a self-signed certificate for it. */
  void makeKey(String genpkey, String key, String certificate)
      throws IOException, InterruptedException {
    run("genpkey " + genpkey + " -out " + key);
    run("req -x509 -new -key " + key + " -subj /CN=" + key + " -days 2 -out " + certificate);
  }
}
