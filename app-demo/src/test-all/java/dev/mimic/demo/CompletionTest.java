package dev.mimic.demo;

import static com.google.common.truth.Truth.assertThat;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.base.Splitter;
import dev.mimic.peers.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Completion of command lines by the shells themselves. */
@Timeout(60)
class CompletionTest {
  @TempDir private Path folder;

  /** Returns the completions of a line, whose last word is incomplete. */
  private List<String> completions(String line) throws IOException {
    Path script = folder.resolve("completion");
    Files.writeString(script, CommandRun.of("completion", "bash").out());
    String shell =
        """
        source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
        _complete_mimic 2>/dev/null
        printf '%s\\n' "${COMPREPLY[@]}"
        """;
    String[] words =
        Stream.concat(
                Stream.of("-c", shell, "bash", script.toString()),
                Splitter.on(' ').splitToStream(line))
            .toArray(String[]::new);
    return Programs.run(folder, "bash", words).lines().toList();
  }

  @Test
  void bash_ofEachPlace_completesIt() throws IOException {
    assertThat(completions("mimic g")).containsExactly("get", "git");
    assertThat(completions("mimic git cl")).containsExactly("clone");
    assertThat(completions("mimic get --ca")).containsExactly("--ca-cert");
    assertThat(completions("mimic describe --format ")).containsExactly("text", "dot", "json");
    assertThat(completions("mimic ping --target ")).containsExactly("unix-like", "inmemory");
    assertThat(completions("mimic ping --tru")).doesNotContain("--trust");
  }

  @Test
  void bash_ofScript_findsNoSyntaxError() throws IOException {
    Path script = folder.resolve("completion");
    Files.writeString(script, CommandRun.of("completion", "bash").out());
    assertThat(Programs.run(folder, "bash", "-n", script.toString())).isEmpty();
  }

  @Test
  void zsh_thatLoadsScript_completesCommand() throws Exception {
    assumeTrue(
        Splitter.on(':')
            .splitToStream(System.getenv("PATH"))
            .anyMatch(each -> Files.isExecutable(Path.of(each, "zsh"))),
        "zsh is not installed");
    Path script = folder.resolve("completion");
    Files.writeString(script, CommandRun.of("completion", "zsh").out());
    Process zsh =
        new ProcessBuilder(
                "zsh",
                "-fc",
                "autoload -U compinit; compinit -u -d %s; source %s; print $_comps[mimic]"
                    .formatted(folder.resolve("dump"), script))
            .start();
    try {
      assertThat(zsh.inputReader().readLine()).contains("_complete_mimic");
      assertThat(zsh.waitFor(30, SECONDS)).isTrue();
    } finally {
      zsh.destroyForcibly().waitFor();
    }
  }

  @Test
  void completion_ofUnknownShell_isWrongUsage() {
    CommandRun run = CommandRun.of("completion", "fish");
    assertThat(run.err()).contains("expected one of [bash, zsh]");
    assertThat(run.status()).isEqualTo(2);
  }
}
