package dev.mimic.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import dev.mimic.ssh.server.SshCommand;
import dev.mimic.ssh.server.SshCommandHandler;
import dev.mimic.ssh.server.SshSignalException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The subset of a shell and its programs that the tests use. */
final class TestShell implements SshCommandHandler {

  @Override
  public int run(SshCommand command) throws Exception {
    String variable = "";
    for (String step : Splitter.on(";").trimResults().split(command.line().replace("&&", ";"))) {
      if (step.startsWith("exit ")) {
        return Integer.parseInt(step.substring("exit ".length()));
      }
      if (step.equals("read line")) {
        variable = line(command);
      } else {
        step(step.replace("$line", variable), command);
      }
    }
    return 0;
  }

  private static void step(String step, SshCommand command) throws Exception {
    int to = step.indexOf('>');
    if (to < 0) {
      program(step, command, command.output());
    } else if (step.endsWith(">&2")) {
      program(step.substring(0, to), command, command.errors());
    } else {
      try (OutputStream file = Files.newOutputStream(path(step.substring(to + 1)))) {
        program(step.substring(0, to), command, file);
      }
    }
  }

  private static void program(String text, SshCommand command, OutputStream output)
      throws Exception {
    List<String> words = Splitter.on(' ').limit(2).splitToList(text.strip());
    String arguments = words.size() > 1 ? words.get(1) : "";
    switch (words.get(0)) {
      case "echo" -> output.write((arguments + "\n").getBytes(UTF_8));
      case "cat" -> command.input().transferTo(output);
      case "sleep" -> Thread.sleep(Duration.ofSeconds(Long.parseLong(arguments)));
      case "head" -> zeros(count(arguments), output);
      case "wc" -> output.write((bytesOf(command) + "\n").getBytes(UTF_8));
      case "kill" -> throw new SshSignalException("TERM");
      case "mv" -> {
        List<String> paths = Splitter.on(' ').splitToList(arguments);
        Files.move(path(paths.get(0)), path(paths.get(1)));
      }
      case "fail" -> throw new IllegalStateException("as it was asked");
      default -> throw new IllegalArgumentException("no such program: " + text);
    }
  }

  /** Returns the number in arguments such as {@code -c 100 /dev/zero}. */
  private static long count(String arguments) {
    return Long.parseLong(Splitter.on(' ').splitToList(arguments).get(1));
  }

  private static Path path(String quoted) {
    return Path.of(CharMatcher.anyOf(" '").trimFrom(quoted));
  }

  private static String line(SshCommand command) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = command.input().read(); next >= 0 && next != '\n'; ) {
      line.append((char) next);
      next = command.input().read();
    }
    return line.toString();
  }

  private static void zeros(long count, OutputStream output) throws IOException {
    byte[] chunk = new byte[32 * 1024];
    for (long left = count; left > 0; left -= chunk.length) {
      output.write(chunk, 0, (int) Math.min(left, chunk.length));
    }
  }

  private static long bytesOf(SshCommand command) throws IOException {
    return command.input().transferTo(OutputStream.nullOutputStream());
  }
}
